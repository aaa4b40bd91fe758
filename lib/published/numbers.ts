import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const numberSchema = z.object({
  /** Where it is in the paper: "Table 1". */
  place: z.string(),
  model: z.string(),
  /** Percent, as printed. */
  accuracy: z.number(),
  /** Source of the training text and number of samples; absent before training. */
  source: z.string().optional(),
  size: z.number().optional(),
});
const publishedSchema = z.object({
  paper: z.string(),
  items: z.int().positive(),
  unit: z.string(),
  numbers: z.array(numberSchema),
});

/** An accuracy of the paper, and how many items that is. */
export interface PublishedNumber extends z.infer<typeof numberSchema> {
  correct: number;
}
export interface Published {
  paper: string;
  items: number;
  numbers: PublishedNumber[];
}

/**
 * The paper's numbers (`data/published.json`) with the count behind each: every accuracy is k / 1,240 for one whole k.
 *
 * @throws RangeError if no whole number of items gives an accuracy
 */
export function loadPublished(root: string): Published {
  const { paper, items, numbers } = publishedSchema.parse(
    JSON.parse(readFileSync(join(root, "data/published.json"), "utf8")),
  );
  return { paper, items, numbers: numbers.map((n) => ({ ...n, correct: countBehind(n.accuracy, items) })) };
}

/** The k for which k / items, rounded to two digits, is `accuracy` percent. */
export function countBehind(accuracy: number, items: number): number {
  const correct = Math.round((accuracy * items) / 100);
  if ((100 * correct) / items - accuracy < 0.005 + 1e-9 && accuracy - (100 * correct) / items < 0.005 + 1e-9)
    return correct;
  throw new RangeError(`${accuracy} % is not a whole number of ${items} items`);
}
