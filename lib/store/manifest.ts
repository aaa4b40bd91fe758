import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { WovError } from "../errors";
import { writeJson } from "./disk";
import { environmentSchema } from "./environment";
import { runSpecSchema } from "./spec";

/** What a complete run says about itself. It is written last: where it exists, all else is there. */
export const manifestSchema = runSpecSchema.extend({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  ...environmentSchema.shape,
  /** How many of what: {records: 1240, unparsed: 3}. */
  counts: z.record(z.string(), z.number()),
  tokens: z.object({ prompt: z.number(), completion: z.number() }).optional(),
  costUsd: z.number(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** Time worked in the stretch that completed the run; a run that was cut off has had others. */
  seconds: z.number(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest at `file`, or undefined where the run is not complete. */
export function readManifest(file: string): Manifest | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const wrong = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new WovError(
      `${file}: this manifest is damaged (${wrong}). Delete the run's folder to have it computed again`,
      1,
      { cause: error },
    );
  }
}

/** Writes a manifest in one step: afterwards the file is whole or absent, whatever happens. */
export function writeManifest(file: string, manifest: Manifest): Manifest {
  writeJson(file, manifest);
  return manifest;
}
