import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { checkRun, damageError, type RunState } from "./check";
import { writeDigests } from "./digests";
import { type Disk, onDisk, syncFolder, systemDisk } from "./disk";
import { environment } from "./environment";
import { describeFiles } from "./files";
import { findRunFolder } from "./folders";
import { checkRunLock, lockRun } from "./lock";
import { type Manifest, type Ran, writeManifest } from "./manifest";
import { appendRecords, dropTornLine, streamRecords, syncRecords } from "./records";
import { nameInId, type RunSpec, runSpecSchema, shortHash, specHash, writeSpec } from "./spec";

/** Facts about a finished run that only the caller knows. */
export interface Outcome {
  /** Counts by name, such as {items: 1240, unparsed: 3}. */
  counts: Record<string, number>;
  tokens?: { prompt: number; completion: number };
  costUsd?: number;
  /** Settings that were actually used: decoding as the engine applied it, training settings, library versions. */
  settings?: Record<string, unknown>;
  /** Where a job did the work. */
  ran?: Ran;
  /** Working time; by default the time since the run was begun. */
  seconds?: number;
}

/** The result of one step, in a folder of its own. All paths are relative to the project's folder, as jobs expect. */
export interface Run {
  /** "ask/qwen2-vl-pictures-0123456789ab" */
  readonly id: string;
  /** Its folder: runs/ and the id. */
  readonly folder: string;
  readonly spec: RunSpec;
  /** The path of a file of the run. Call `verify` before reading a file of a complete run by its path. */
  path(file: string): string;
  state(): RunState;
  /** Whether the run is complete. Like all methods that read a complete run, it throws a WovError if it is damaged. */
  complete(): boolean;
  manifest(): Manifest | undefined;
  /** Throws if the run has changed since it was completed. A process checks each run once. */
  verify(): void;
  /** The complete records so far. They are read again each time, since a job may be adding more. */
  records<T = unknown>(): T[];
  /** The same, one at a time, since records may be larger than the memory. */
  streamRecords<T = unknown>(): Generator<T>;
  /** Makes this process the only one that writes to the run, until the returned function is called. */
  lock(): () => void;
  /** Makes the folder and drops a half-written record of a killed process. Only one process may write to a run. */
  begin(): void;
  /** Makes a complete run incomplete, so that records can be added. Begins any other run. */
  reopen(): void;
  /** Adds records. When it returns, they would survive the end of this process. */
  append(records: readonly unknown[]): void;
  /** Completes the run by writing the manifest. Nothing can be added afterwards. */
  finish(outcome: Outcome): Manifest;
}

/**
 * Opens a run under `root`/runs, whether it exists or not; nothing is written before `begin`. A run that exists under
 * another name keeps that name and its folder.
 */
export function openRun(root: string, given: RunSpec, disk: Disk = systemDisk): Run {
  return new StoredRun(root, runSpecSchema.parse(given), disk);
}

/** The state of the run with a given spec. */
export const runState = (root: string, spec: RunSpec): RunState => openRun(root, spec).state();

/** A class rather than closures, since a study opens thousands of runs. */
class StoredRun implements Run {
  private readonly hash: string;
  private found: string | undefined;
  private begun: Date | undefined;

  constructor(
    private readonly root: string,
    private readonly given: RunSpec,
    private readonly disk: Disk,
  ) {
    this.hash = specHash(given);
  }

  /** Until a folder is found, it is looked up each time: another process may have begun the run under another name. */
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

  state() {
    return checkRun(this.root, this.id).state;
  }

  complete() {
    return this.manifest() !== undefined;
  }

  manifest() {
    const check = checkRun(this.root, this.id);
    if (check.state === "damaged") throw damageError(this.id, check.problems);
    return check.state === "done" ? check.manifest : undefined;
  }

  verify() {
    this.manifest();
  }

  records<T>() {
    return [...this.streamRecords<T>()];
  }

  *streamRecords<T>() {
    this.verify();
    yield* streamRecords<T>(this.file("records.jsonl"));
  }

  lock() {
    return lockRun(this.root, this.id);
  }

  begin() {
    if (this.begun && !existsSync(this.file("manifest.json"))) return;
    if (this.complete()) throw new WovError(`${this.id} is complete: nothing can be added to it`);
    onDisk(this.folder, () => mkdirSync(this.file(""), { recursive: true }));
    writeSpec(this.file("spec.json"), this.spec);
    dropTornLine(this.file("records.jsonl"));
    this.begun = new Date();
  }

  reopen() {
    if (this.complete()) {
      rmSync(this.file("manifest.json"));
      syncFolder(this.file("")); // otherwise a power cut could restore the manifest, which does not fit added records
      this.begun = undefined;
    }
    this.begin();
  }

  append(records: readonly unknown[]) {
    checkRunLock(this.root, this.id);
    this.begin();
    appendRecords(this.file("records.jsonl"), records, this.disk);
  }

  finish({ counts, tokens, costUsd = 0, settings, ran, seconds }: Outcome) {
    checkRunLock(this.root, this.id);
    this.begin();
    const [startedAt, finishedAt] = [this.begun ?? new Date(), new Date()];
    syncRecords(this.file("records.jsonl"), this.disk);
    writeDigests(this.file(""));
    return writeManifest(this.file("manifest.json"), {
      ...this.spec,
      hash: this.hash,
      ...environment(this.root),
      counts,
      ...(tokens && { tokens }),
      costUsd,
      ...(settings && { settings }),
      ...(ran && { ran }),
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      seconds: seconds ?? (finishedAt.getTime() - startedAt.getTime()) / 1000,
      files: describeFiles(this.file("")),
    });
  }

  private file(name: string) {
    return join(this.root, this.folder, name);
  }
}
