import type { Sample } from "../../lib/synthesis/index";

/** A sample, all of it made up but for what a test is about. */
export const sample = (id: string, situation: string, more: Partial<Sample> = {}): Sample => ({
  id,
  situation,
  question: "What first?",
  options: [
    { letter: "A", text: "Throw the ring buoy to him." },
    { letter: "B", text: "Walk on." },
    { letter: "C", text: `Call for ${id}.` },
  ],
  answer: "A",
  rationale: "It floats.",
  source: "s",
  call: "c",
  ...more,
});
