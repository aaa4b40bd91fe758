import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { hashOf } from "./canonical";
import { writeJson } from "./disk";

/** One part of a path; nothing in it can lead out of the runs' folder. */
const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, dots, dashes and underscores");

/** What determines a run. Another spec is another run. */
export const runSpecSchema = z.object({
  /** The kind of work: "caption", "ask", "generate", "train". */
  step: nameSchema,
  /** What a person calls it: "qwen2-vl-pictures". */
  name: nameSchema,
  /** All that decides what comes out: model, prompt, decoding, seed, hashes of inputs. Any JSON. */
  spec: z.unknown(),
  /** Ids of the runs that this one reads. */
  parents: z.array(z.string()),
});

export type RunSpec = z.infer<typeof runSpecSchema>;

/** A text, such as a model's name, as the name of a run may have it. */
export const toRunName = (text: string): string => text.replace(/[^\w.-]+/g, "-");

/** SHA-256 of a spec. */
export function specHash({ step, name, spec, parents }: RunSpec): string {
  return hashOf({ step, name, spec, parents });
}

/** "ask/qwen2-vl-pictures-0123456789ab": the run's name among others, and its folder under runs/. */
export function runId(spec: RunSpec): string {
  return `${spec.step}/${spec.name}-${specHash(spec).slice(0, 12)}`;
}

/** Writes a spec beside its run's records, once. */
export function writeSpec(file: string, spec: RunSpec): void {
  if (!existsSync(file)) writeJson(file, spec);
}

/** The spec at `file`, or undefined where there is none that can be read. */
export function readSpec(file: string): RunSpec | undefined {
  try {
    return runSpecSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
