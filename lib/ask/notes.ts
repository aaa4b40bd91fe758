import { join } from "node:path";
import { appendRecords, type Run, readRecords } from "../store/index";
import { paidTokens, type Reply } from "./reply";
import type { Request } from "./request";
import type { Tokens } from "./tokens";

/** A line of a run's `errors.jsonl`: a request without a reply, and what it may have been charged for. */
export type Note = Reply & { charged?: Tokens };

const fileOf = (root: string, run: Run) => join(root, run.path("errors.jsonl"));

/** Adds lines to a run's `errors.jsonl`: requests that got no reply, and will be asked again. */
export const noteFailures = (root: string, run: Run, notes: readonly Note[]): void =>
  appendRecords(fileOf(root, run), notes);

/** All that a run has been charged for so far: its records, and answers that were of no use. */
export const spentTokens = (root: string, run: Run, requests: readonly Request[]): Tokens[] => [
  ...paidTokens(run.records(), requests),
  ...(readRecords(fileOf(root, run)) as Note[]).flatMap(({ charged }) => charged ?? []),
];
