import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { hashOf } from "./canonical";
import { writeJson } from "./disk";

/** One part of a path; nothing in it can lead out of the runs' folder. */
const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, dots, dashes and underscores");

/** What determines a run, and its name. Another step, spec or parent makes another run; another name does not. */
export const runSpecSchema = z.object({
  /** The kind of work: "caption", "ask", "generate", "train". */
  step: nameSchema,
  /** A readable name, such as "qwen2-vl-pictures". */
  name: nameSchema,
  /** Everything that determines the result: model, prompt, decoding, seed, hashes of inputs. Any JSON. */
  spec: z.unknown(),
  /** Ids of the runs that this one reads. */
  parents: z.array(z.string()),
});

export type RunSpec = z.infer<typeof runSpecSchema>;

/** Turns a text, such as a model's name, into a valid name of a run. */
export const toRunName = (text: string): string => text.replace(/[^\w.-]+/g, "-");

/**
 * SHA-256 of what determines a run. Names are left out, both the run's own and those in its parents' ids, so that
 * nothing is computed again after a profile or a source was renamed.
 */
export function specHash({ step, spec, parents }: RunSpec): string {
  return hashOf({ step, spec, parents: parents.map(hashInId) });
}

/** The hash at the end of a run's id. Two ids with the same hash name the same run. */
export const hashInId = (id: string): string => id.slice(id.lastIndexOf("-") + 1);

/** The name in a run's id: "qwen2-vl-pictures". */
export const nameInId = (id: string): string => id.slice(id.indexOf("/") + 1, id.lastIndexOf("-"));

/** The first 12 digits of a run's hash, with which its id and its folder end. */
export const shortHash = (hash: string): string => hash.slice(0, 12);

/** Writes a spec beside its run's records, once. */
export function writeSpec(file: string, spec: RunSpec): void {
  if (!existsSync(file)) writeJson(file, spec);
}

/** The spec at `file`, or undefined if it cannot be read. */
export function readSpec(file: string): RunSpec | undefined {
  try {
    return runSpecSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
