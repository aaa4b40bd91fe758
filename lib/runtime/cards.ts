import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const cardSchema = z.object({
  label: z.string(),
  memoryGb: z.number().positive(),
  /** 10^12 dense operations per second, in bf16. */
  tflops: z.number().positive(),
  /** Memory bandwidth. */
  gbPerSecond: z.number().positive(),
});
const cardsSchema = z.object({ date: z.string(), source: z.string(), cards: z.record(z.string(), cardSchema) });

/** What is known of a GPU, or of a CPU's thread. */
export type Card = z.infer<typeof cardSchema>;

/** Where the cards are listed. */
export const CARDS_FILE = "data/cards.json";

/** The cards that a profile may name; "cpu" is a thread of the CPU. */
export const loadCards = (root: string): Record<string, Card> =>
  cardsSchema.parse(JSON.parse(readFileSync(join(root, CARDS_FILE), "utf8"))).cards;
