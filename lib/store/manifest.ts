import { readFileSync } from "node:fs";
import { z } from "zod";
import { WovError } from "../errors";
import { hashOf } from "./canonical";
import { writeJson } from "./disk";
import { environmentSchema } from "./environment";
import { storedFilesSchema } from "./files";
import { runSpecSchema } from "./spec";

const contentSchema = runSpecSchema.extend({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  ...environmentSchema.shape,
  /** Counts by name, such as {records: 1240, unparsed: 3}. */
  counts: z.record(z.string(), z.number()),
  tokens: z.object({ prompt: z.number(), completion: z.number() }).optional(),
  costUsd: z.number(),
  /** Settings that were actually used, as reported by the job or by the endpoint's client. */
  settings: z.record(z.string(), z.unknown()).optional(),
  /** Where a job did the work. */
  ran: z
    .object({
      runtime: z.string(),
      job: z.string(),
      host: z.string().optional(),
      gpus: z.array(z.string()).optional(),
      driver: z.string().nullish(),
      image: z.string().nullish(),
      /** The commit that has the job's inputs. */
      inputs: z.string().optional(),
      costUsd: z.number().optional(),
    })
    .optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** Duration of the session that completed the run; an interrupted run has had earlier ones. */
  seconds: z.number(),
  files: storedFilesSchema,
});

/** The description of a complete run. It is written last: if it exists, so does everything else. */
const manifestSchema = contentSchema.extend({
  /** SHA-256 of everything else, as canonical JSON. */
  checksum: z.string(),
});
/** Where a job did the work. */
export type Ran = NonNullable<Manifest["ran"]>;
export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest at `file`. @throws Error that says what is wrong with it */
export function readManifest(file: string): Manifest {
  const manifest = validate(manifestSchema, JSON.parse(readFileSync(file, "utf8")));
  const { checksum, ...content } = manifest;
  if (hashOf(content) !== checksum) throw new Error("it was edited");
  return manifest;
}

/**
 * Writes a manifest atomically: the file is either complete or absent.
 *
 * @throws WovError if the content could not be read back, such as a count that is not a number
 */
export function writeManifest(file: string, content: z.infer<typeof contentSchema>): Manifest {
  try {
    const written = JSON.parse(JSON.stringify(validate(contentSchema, content)));
    const stored = validate(contentSchema, written);
    const manifest = { ...stored, checksum: hashOf(stored) };
    writeJson(file, manifest);
    return manifest;
  } catch (error) {
    if (error instanceof WovError) throw error;
    throw new WovError(`${file}: the run cannot be completed, since ${(error as Error).message}`, 1, { cause: error });
  }
}

function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  const issue = error?.issues[0];
  if (issue) throw new Error(`${issue.path.join(".")} is not valid: ${issue.message}`);
  return data as T;
}
