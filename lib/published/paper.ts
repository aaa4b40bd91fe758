import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { readYaml } from "../yaml-file";

const FILE = "data/paper.yaml";

const text = z.string().trim().min(1);
const rowSchema = z
  .strictObject({
    /** Where the paper says it: "§3.1", "B.4", "Figure 4". */
    place: text,
    /** What the paper says, in the kit's words. */
    says: text,
    /** Dotted key of a profile that holds the choice: "training.rank". */
    key: text.optional(),
    /** The paper's value of this key or, if the paper does not say, that of `source`. */
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]).optional(),
    /** Files of the kit that do it, relative to the project's folder. */
    where: z.array(text).min(1),
    /** Where the kit always departs or has to interpret, and why. */
    departs: text.optional(),
    /** The paper does not say, so the kit chose. */
    unstated: z.literal(true).optional(),
    /** Where the choice comes from, if the paper does not say. */
    source: text.optional(),
  })
  .refine(({ unstated, source }) => (unstated === undefined) === (source === undefined), {
    path: ["source"],
    error: "expected 'unstated: true' and 'source', where the choice comes from, together",
  })
  .refine(({ key, value }) => key !== undefined || value === undefined, {
    path: ["value"],
    error: "expected 'key' beside 'value': the key of a profile whose value this is",
  });

/** A choice that the paper fixes, or leaves open, and where the kit makes it. */
export type PaperRow = z.infer<typeof rowSchema>;

/**
 * How a profile's value relates to a row's: "as in the source" if the paper does not say, and the value is that of
 * the row's source; "not set" if the profile has no such key. For rows without a value, what the kit does.
 */
export type FidelityVerdict =
  | "as in the paper"
  | "as in the source"
  | "differs"
  | "not set"
  | "done in the kit"
  | "departs"
  | "not stated by the paper";

/** A row with what a profile has under its key. */
export interface ComparedRow extends PaperRow {
  /** The profile's value of `key`; undefined if there is no key, or the profile does not set it. */
  ours?: unknown;
  verdict: FidelityVerdict;
}

/**
 * The choices of the paper, row by row (`data/paper.yaml`).
 *
 * @throws WovError that names the file, the line and the key
 */
export const loadPaperRows = (root: string): PaperRow[] => readYaml(join(root, FILE), z.array(rowSchema).min(1));

/** Compares each row with a profile, in the rows' order. */
export const compareWithPaper = (rows: readonly PaperRow[], profile: unknown): ComparedRow[] =>
  rows.map((row) => {
    const ours = row.key === undefined ? undefined : valueAt(profile, row.key);
    return { ...row, ...(ours !== undefined && { ours }), verdict: verdictOf(row, ours) };
  });

function verdictOf({ value, unstated, departs }: PaperRow, ours: unknown): FidelityVerdict {
  if (value !== undefined) {
    if (ours === undefined) return "not set";
    if (!isDeepStrictEqual(ours, value)) return "differs";
    return unstated ? "as in the source" : "as in the paper";
  }
  if (unstated) return "not stated by the paper";
  return departs ? "departs" : "done in the kit";
}

/** The value under a dotted key; undefined if there is none. */
export function valueAt(profile: unknown, key: string): unknown {
  let value = profile;
  for (const part of key.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
