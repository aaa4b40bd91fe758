import { z } from "zod";
import { type Option, splitLabel } from "../prompts/index";
import type { Item } from "./item";

const optionSchema = z.string().transform((line, context): Option => {
  const { letter, text } = splitLabel(line);
  if (letter) return { letter, text };
  context.addIssue({ code: "custom", message: `expected an option such as 'A. Call for help', got '${line}'` });
  return z.NEVER;
});

export const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The log of fetched pictures, in their folder. */
export const PICTURE_LOG = "images.jsonl";
/** Most disks take 255; some are for the ending of the file that a picture is written to first. */
const MAX_NAME_BYTES = 200;

const pictureName = z
  .string()
  .regex(/^[^/\\]*[^/\\.][^/\\]*$/, "expected the name of a picture file, without folders")
  .regex(/^\P{Cc}*$/u, "expected the name of a picture file, without control characters")
  .refine(
    (name) => Buffer.byteLength(name) <= MAX_NAME_BYTES,
    `expected a file name of ${MAX_NAME_BYTES} bytes at most`,
  )
  .refine(
    (name) => name.toLowerCase() !== PICTURE_LOG,
    `expected a picture; ${PICTURE_LOG} is the log beside pictures`,
  );

/** A row of VIVA's file (data/VIVA_annotation.json of Derekkk/VIVA_EMNLP24): the fields that the study reads. */
export const rowSchema = z.object({
  index: z.int(),
  image_file: pictureName,
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

/**
 * The item of a row; null if the row does not say which option is right.
 *
 * @param asPublished does not add a gold option that `action_list` lacks
 */
export function toItem(row: Row, imagesFolder: string, asPublished = false): Item | null {
  const gold = row.answer ?? answerInText(row.action_answer ?? "");
  if (!gold) return null;
  const isListed = row.action_list.some(({ letter }) => letter === gold);
  const added = isListed || asPublished ? undefined : optionInText(row.action_answer ?? "", gold);
  return {
    index: row.index,
    image: `${imagesFolder}/${row.image_file}`,
    ...(row.image_url && { imageUrl: row.image_url }),
    options: added ? [...row.action_list, added].sort((a, b) => (a.letter < b.letter ? -1 : 1)) : row.action_list,
    gold,
    category: row.category.replace(/^\[|\]$/g, ""),
    situation: row.situation_description ?? "",
    ...(row.reason && { reason: row.reason }),
  };
}

/**
 * The letter that `action_answer` selects at its end, after the last "Action:" or "Answer:", whatever word is before
 * that. VIVA leaves `answer` null in 17 rows; in the other 1,223 this letter agrees with it.
 */
export function answerInText(text: string): string | undefined {
  return [...text.matchAll(/\b(?:Action|Answer): *([A-Z])\b/g)].pop()?.[1];
}

/** A line of the list in `action_answer`: "- A. Wait", "A.Wait", "A . Wait" or "A Wait". */
const LISTED = /^\s*(?:-\s*)?([A-Z])(?:\s*[.):]\s*|\s+)(\S.*)$/gm;

/**
 * An option of the list in `action_answer`. The letters of that list must be A, B, C … in order, so that no sentence
 * that begins with "A" is taken for an option.
 */
function optionInText(text: string, letter: string): Option | undefined {
  const listed = [...text.matchAll(LISTED)].map(([, at, action]): Option => ({ letter: at!, text: action!.trim() }));
  if (!ALPHABET.startsWith(listed.map((option) => option.letter).join(""))) return undefined;
  return listed.find((option) => option.letter === letter);
}
