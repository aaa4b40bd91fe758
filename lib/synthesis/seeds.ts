import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import { renderQuestions, type WrittenQuestion } from "../prompts/index";
import { readQuestion } from "./question";
import { readSamples } from "./read";
import { type Question, questionSchema, type Sample } from "./sample";

const FILE = "data/seeds.json";
const writtenSchema = z.array(
  z.strictObject({
    situation: z.string(),
    question: z.string(),
    options: z.array(z.string()),
    answer: z.string(),
    rationale: z.string(),
  }),
);

/** A seed question as the prompt shows it, and as it is read. */
export interface Seed {
  written: WrittenQuestion;
  question: Question;
}

/**
 * The kit's ten seed questions, written by hand (paper, §3.1: "10 manually crafted seed questions", which it does not
 * print). They are checked by the same rules as generated questions.
 *
 * @throws WovError that names a seed that is invalid
 */
export function loadSeeds(root: string, file = join(root, FILE)): Seed[] {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new WovError(`${file}: cannot be read as JSON: ${(error as Error).message}`, 2, { cause: error });
  }
  const list = writtenSchema.safeParse(given);
  if (!list.success) {
    const [issue] = list.error.issues;
    throw new WovError(
      `${file}: seed ${Number(issue!.path[0]) + 1}, ${issue!.path.slice(1).join(".")}: ${issue!.message}`,
      2,
    );
  }
  return list.data.map((written, i) => {
    const question = readQuestion(written);
    if (typeof question === "string") throw new WovError(`${file}: seed ${i + 1}: ${question}`, 2);
    questionSchema.parse(question);
    return { written, question };
  });
}

/** Seed questions as the samples that a reply with just these would give. */
export const seedSamples = (seeds: readonly WrittenQuestion[]): Sample[] =>
  readSamples(renderQuestions(seeds), "seeds", "").samples;
