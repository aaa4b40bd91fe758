import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { onDisk } from "./disk";
import { environment } from "./environment";
import { findRunFolder } from "./folders";
import { checkRunLock, lockRun } from "./lock";
import { type Manifest, readManifest, writeManifest } from "./manifest";
import { appendRecords, dropTornLine, readRecords, syncRecords } from "./records";
import { nameInId, type RunSpec, runSpecSchema, shortHash, specHash, writeSpec } from "./spec";

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
  /** Makes this process the only one that writes to the run, until the returned function is called. */
  lock(): () => void;
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
  return new StoredRun(root, runSpecSchema.parse(given));
}

/** A class rather than closures, since a study opens thousands of runs. */
class StoredRun implements Run {
  private readonly hash: string;
  private found: string | undefined;
  private begun: Date | undefined;

  constructor(
    private readonly root: string,
    private readonly given: RunSpec,
  ) {
    this.hash = specHash(given);
  }

  /** Until the run has a folder it is looked for each time: another process may have begun it under another name. */
  get id() {
    this.found ??= findRunFolder(this.root, this.given.step, shortHash(this.hash));
    return `${this.given.step}/${this.found ?? `${this.given.name}-${shortHash(this.hash)}`}`;
  }

  get spec() {
    return { ...this.given, name: nameInId(this.id) };
  }

  get folder() {
    return join("runs", this.id);
  }

  path(file: string) {
    return join(this.folder, file);
  }

  complete() {
    return this.manifest() !== undefined;
  }

  manifest() {
    return readManifest(this.file("manifest.json"));
  }

  records<T>() {
    return readRecords(this.file("records.jsonl")) as T[];
  }

  lock() {
    return lockRun(this.root, this.id);
  }

  begin() {
    if (existsSync(this.file("manifest.json")))
      throw new WovError(`${this.id} is complete: nothing may be added to it`);
    if (this.begun) return;
    onDisk(this.folder, () => mkdirSync(this.file(""), { recursive: true }));
    writeSpec(this.file("spec.json"), this.spec);
    dropTornLine(this.file("records.jsonl"));
    this.begun = new Date();
  }

  append(records: readonly unknown[]) {
    checkRunLock(this.root, this.id);
    this.begin();
    appendRecords(this.file("records.jsonl"), records);
  }

  finish({ counts, tokens, costUsd = 0, seconds }: Outcome) {
    this.begin();
    checkRunLock(this.root, this.id);
    const [startedAt, finishedAt] = [this.begun ?? new Date(), new Date()];
    syncRecords(this.file("records.jsonl"));
    return writeManifest(this.file("manifest.json"), {
      ...this.spec,
      hash: this.hash,
      ...environment(this.root),
      counts,
      ...(tokens && { tokens }),
      costUsd,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      seconds: seconds ?? (finishedAt.getTime() - startedAt.getTime()) / 1000,
    });
  }

  private file(name: string) {
    return join(this.root, this.folder, name);
  }
}
