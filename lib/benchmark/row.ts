import { z } from "zod";
import type { Item, Option } from "./item";

/** "B. Call for help." */
const LABELLED = /^\s*([A-Z])\s*[.):]\s*(\S[\s\S]*)$/;

const optionSchema = z.string().transform((line, context): Option => {
  const [, letter, text] = LABELLED.exec(line) ?? [];
  if (letter && text) return { letter, text: text.trimEnd() };
  context.addIssue({ code: "custom", message: `expected an option such as 'A. Call for help', got '${line}'` });
  return z.NEVER;
});

/** A row of VIVA's file (data/VIVA_annotation.json of Derekkk/VIVA_EMNLP24): the fields that the study reads. */
export const rowSchema = z.object({
  index: z.int(),
  image_file: z.string().regex(/^[^/\\]*[^/\\.][^/\\]*$/, "expected the name of a picture file, without folders"),
  image_url: z.string().nullish(),
  action_list: z
    .array(optionSchema)
    .min(2, "expected at least two options")
    .refine((options) => new Set(options.map((o) => o.letter)).size === options.length, "two options share a letter"),
  answer: z
    .string()
    .regex(/^[A-Z]$/, "expected a letter")
    .nullable(),
  action_answer: z.string().nullish(),
  category: z.string(),
  situation_description: z.string().nullish(),
  reason: z.string().nullish(),
});

export type Row = z.infer<typeof rowSchema>;

/** An item of a row, its picture in `imagesFolder`; null where the row does not say which option is right. */
export function toItem(row: Row, imagesFolder: string): Item | null {
  const gold = row.answer ?? answerInText(row.action_answer ?? "");
  if (!gold) return null;
  return {
    index: row.index,
    image: `${imagesFolder}/${row.image_file}`,
    ...(row.image_url && { imageUrl: row.image_url }),
    options: row.action_list,
    gold,
    category: row.category.replace(/^\[|\]$/g, ""),
    situation: row.situation_description ?? "",
    ...(row.reason && { reason: row.reason }),
  };
}

/**
 * The letter that `action_answer` selects at its end: what stands behind the last "Action:" or "Answer:", however the word before is spelt.
 * VIVA leaves `answer` null in 17 rows; on the other 1,223 this reading agrees with it.
 */
export function answerInText(text: string): string | undefined {
  return [...text.matchAll(/\b(?:Action|Answer): *([A-Z])\b/g)].pop()?.[1];
}
