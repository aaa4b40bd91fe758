import { PAGE } from "../show/index";
import { boxAt, breakLines, drawing, type Line, textAt } from "./drawing";

const WIDTH = 98;
const HEIGHT = 68;
const MIDDLE = 1 + HEIGHT / 2;
const GAP = (PAGE - 2 - 4 * WIDTH) / 3;

/** The steps of the method, in order, in pale tints of the palette that also differ in grey by their edges and words. */
const STEPS: { title: string; text: string; tint: string }[] = [
  {
    title: "1. Pilot",
    text: "VLMs see pictures; LLMs read captions of them. Which choose the right action more often?",
    tint: "#e6f1f8",
  },
  {
    title: "2. Synthesis",
    text: "A teacher, or the VLM's own base LLM, writes situations with options and an answer.",
    tint: "#fdf3dc",
  },
  {
    title: "3. Training on text",
    text: "LoRA trains the VLM's language part on this text. It is shown no picture.",
    tint: "#e2f3ee",
  },
  {
    title: "4. Inference",
    text: "The trained VLM is asked with pictures, and has learned to decide from text.",
    tint: "#f7eaf2",
  },
];

/** Figure 1: the method from left to right, and what passes from step to step. */
export function methodDrawing(title: string): string {
  const boxes = STEPS.map(({ title, text, tint }, i) => {
    const x = 1 + i * (WIDTH + GAP);
    const lines: Line[] = [{ text: title, bold: true }, ...breakLines([{ text }], WIDTH - 12)];
    return boxAt(x, 1, WIDTH, HEIGHT, tint) + textAt(x + 6, 7, lines);
  });
  const arrows = STEPS.slice(1).map((_, i) => {
    const x = 1 + (i + 1) * WIDTH + i * GAP;
    const [from, to] = [x + 2, x + GAP - 2];
    return `<path d="M${from} ${MIDDLE}H${to - 4}" stroke="#333" stroke-width="1.2"/><path d="M${to} ${MIDDLE}l-6 -3.5v7z" fill="#333"/>`;
  });
  return drawing(title, PAGE, HEIGHT + 2, [...boxes, ...arrows]);
}
