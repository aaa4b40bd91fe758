import type { Item } from "../benchmark/index";
import { PAGE } from "../show/index";
import type { Sample } from "../synthesis/index";
import { boxAt, breakLines, drawing, heightOf, type Line, textAt } from "./drawing";

const GAP = 11;
const WIDTH = (PAGE - GAP - 2) / 2;
const PAD = 7;
const PICTURE = 92;
const RIGHT = "#00553c";

const options = (all: readonly { letter: string; text: string }[], right: string): Line[] =>
  all.map(({ letter, text }) => ({
    text: `${letter}. ${text}${letter === right ? " ✓" : ""}`,
    ...(letter === right ? { bold: true, colour: RIGHT } : {}),
  }));

const pictureAt = (x: number, y: number, png: Buffer): string =>
  `<image x="${x}" y="${y}" width="${PICTURE}" height="${PICTURE}" href="data:image/png;base64,${png.toString("base64")}"/>`;

/** Figure 3: a sample of the training text, and an item as it is asked, with its picture. */
export function samplesDrawing(title: string, sample: Sample, item: Item, picture: Buffer | undefined): string {
  const inner = WIDTH - 2 * PAD;
  const left = breakLines(
    [
      { text: "Training: text alone", bold: true },
      { text: `Situation: ${sample.situation}` },
      { text: sample.question },
      ...options(sample.options, sample.answer),
      { text: `Reason: ${sample.rationale}` },
    ],
    inner,
  );
  const head = [{ text: "Inference: with a picture", bold: true }];
  const beside = breakLines(
    [{ text: "What should one do first?" }, ...options(item.options, item.gold)],
    inner - PICTURE - PAD,
  );
  const top = 1 + PAD + heightOf(head) + 3;
  const height = 2 * PAD + Math.max(heightOf(left), top - PAD + Math.max(PICTURE, heightOf(beside)));
  const x = 1 + WIDTH + GAP;
  return drawing(title, PAGE, height + 2, [
    boxAt(1, 1, WIDTH, height, "#fdf8ec"),
    textAt(1 + PAD, 1 + PAD, left),
    boxAt(x, 1, WIDTH, height, "#eef5fa"),
    textAt(x + PAD, 1 + PAD, head),
    picture ? pictureAt(x + PAD, top, picture) : "",
    textAt(x + 2 * PAD + PICTURE, top, beside),
  ]);
}
