import { z } from "zod";

/** A training question that a source generated. */
export interface Sample {
  id: string;
  situation: string;
  question: string;
  options: { letter: string; text: string }[];
  /** Letter of the option that the source calls right. */
  answer: string;
  rationale: string;
  /** Id of the source that generated it. */
  source: string;
  /** `custom_id` of the request whose reply holds it. */
  call: string;
}

/** Letters that options may have, in their order. */
export const LETTERS = "ABCDEFGH";
export const MIN_OPTIONS = 2;

const text = z.string().trim().min(1);

/** A valid question, whoever wrote it: two to eight different options, the answer among them. */
export const questionSchema = z
  .object({
    situation: text,
    question: text,
    options: z
      .array(z.object({ letter: z.string(), text }))
      .min(MIN_OPTIONS)
      .max(LETTERS.length),
    answer: z.string(),
    rationale: z.string(),
  })
  .refine(({ options }) => options.every(({ letter }, i) => letter === LETTERS[i]), "expected the letters A, B, C …")
  .refine(({ options }) => differ(options.map((option) => option.text)), "expected options that differ")
  .refine(({ options, answer }) => options.some(({ letter }) => letter === answer), "expected the letter of an option");
export type Question = z.infer<typeof questionSchema>;

/** Whether texts differ in more than case, punctuation and white space. */
export const differ = (texts: readonly string[]): boolean => new Set(texts.map(plain)).size === texts.length;

/** A text in lower case, without punctuation. */
export const plain = (given: string): string =>
  given
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
