import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { onDisk } from "./disk";
import { environment } from "./environment";
import { findRunId } from "./list";
import { type Manifest, readManifest, writeManifest } from "./manifest";
import { appendRecords, dropTornLine, readRecords, syncRecords } from "./records";
import { nameInId, type RunSpec, runSpecSchema, specHash, writeSpec } from "./spec";

/** What only the caller knows when a run is done. */
export interface Outcome {
  /** How many of what: {items: 1240, unparsed: 3}. */
  counts: Record<string, number>;
  tokens?: { prompt: number; completion: number };
  costUsd?: number;
  /** Seconds worked; without it, the time since the run was begun. */
  seconds?: number;
}

/** What one step leaves. All paths are relative to the project's folder, as jobs want them. */
export interface Run {
  /** "ask/qwen2-vl-pictures-0123456789ab" */
  readonly id: string;
  /** The id under runs/. */
  readonly folder: string;
  readonly spec: RunSpec;
  /** A file of the run. */
  path(file: string): string;
  /** Whether there is a manifest. */
  complete(): boolean;
  manifest(): Manifest | undefined;
  /** The whole records so far, read anew each time, since a job may be adding some. */
  records<T = unknown>(): T[];
  /** Makes the folder and drops what a killed process left half-written. Only one process may write to a run. */
  begin(): void;
  /** Adds records; they outlive this process when this returns. */
  append(records: readonly unknown[]): void;
  /** Writes the manifest, last of all: nothing is added to a complete run. */
  finish(outcome: Outcome): Manifest;
}

/**
 * Opens a run under `root`/runs, whether it exists or not; nothing is written before `begin`. A run that exists under
 * another name keeps that name and its folder.
 */
export function openRun(root: string, given: RunSpec): Run {
  const parsed = runSpecSchema.parse(given);
  const id = findRunId(root, parsed);
  const spec = { ...parsed, name: nameInId(id) };
  const folder = join("runs", id);
  const file = (name: string) => join(root, folder, name);
  const manifest = () => readManifest(file("manifest.json"));
  let begun: Date | undefined;

  const begin = () => {
    if (existsSync(file("manifest.json"))) throw new WovError(`${id} is complete: nothing may be added to it`);
    if (begun) return;
    onDisk(folder, () => mkdirSync(join(root, folder), { recursive: true }));
    writeSpec(file("spec.json"), spec);
    dropTornLine(file("records.jsonl"));
    begun = new Date();
  };
  return {
    id,
    folder,
    spec,
    path: (name) => join(folder, name),
    complete: () => manifest() !== undefined,
    manifest,
    records: <T>() => readRecords(file("records.jsonl")) as T[],
    begin,
    append: (records) => {
      begin();
      appendRecords(file("records.jsonl"), records);
    },
    finish: ({ counts, tokens, costUsd = 0, seconds }) => {
      begin();
      const [startedAt, finishedAt] = [begun ?? new Date(), new Date()];
      syncRecords(file("records.jsonl"));
      const took = seconds ?? (finishedAt.getTime() - startedAt.getTime()) / 1000;
      return writeManifest(file("manifest.json"), {
        ...spec,
        hash: specHash(spec),
        ...environment(root),
        counts,
        ...(tokens && { tokens }),
        costUsd,
        startedAt: startedAt.toISOString(),
        finishedAt: finishedAt.toISOString(),
        seconds: took,
      });
    },
  };
}
