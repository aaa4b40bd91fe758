import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { WovError } from "../errors";
import { ended, venvProgram } from "../process";
import { inheritedEnvironment } from "../runtime/index";
import { type AdapterOptions, describeAdapter } from "./adapter";
import { adapterCard, weightsType } from "./adapter-card";
import { findRun, finishedRuns } from "./find";

/** What `remote/merge.py` reports. */
export type MergeEvent =
  | { event: "size"; bytes: number; free: number }
  | { event: "step"; step: "load" | "merge" | "write" }
  | { event: "progress"; done: number; total: number }
  | { event: "warning" | "error"; message: string };

export interface MergeOptions extends AdapterOptions {
  /** The new folder. */
  out: string;
  /** Where the base model is, if it is not where the training found it. */
  base?: string;
  onEvent(event: MergeEvent): void;
}

/**
 * Merges a training's adapter into its base model. The folder appears only when it is complete.
 *
 * @throws WovError if there is no such run, the base model is another one, or the disk has no room
 */
export async function mergeAdapter(root: string, name: string, options: MergeOptions): Promise<void> {
  const { out, onEvent } = options;
  if (existsSync(out)) throw new WovError(`--out ${out}: it is there already; choose another folder`, 2);
  const train = findRun(root, name, ["train"]);
  const shared = await describeAdapter(root, finishedRuns(root), train, options);
  const base = options.base ?? shared.base.path;
  const scratch = mkdtempSync(join(tmpdir(), "wov-merge-"));
  try {
    const card = join(scratch, "README.md");
    writeFileSync(card, adapterCard(shared, "merged", basename(out)));
    const args = ["--base", base, "--dtype", weightsType(shared), "--adapter", join(train.folder, "adapter")];
    const { revision } = shared.base;
    const at = revision && !existsSync(resolve(root, base)) ? ["--revision", revision] : [];
    await runMerge(root, [...args, ...at, "--card", card, "--out", out], base, options.token, onEvent);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function runMerge(
  root: string,
  args: string[],
  base: string,
  token: string | undefined,
  onEvent: MergeOptions["onEvent"],
): Promise<void> {
  const isFolder = existsSync(resolve(root, base));
  const env = { ...inheritedEnvironment(), ...(isFolder ? { HF_HUB_OFFLINE: "1" } : token && { HF_TOKEN: token }) };
  const child = spawn(venvProgram(root, "python"), ["remote/merge.py", ...args], {
    cwd: root,
    env,
  });
  const end = ended(child);
  let [log, message]: [string, string | undefined] = ["", undefined];
  child.stderr.on("data", (data) => (log = (log + data).slice(-2000)));
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as MergeEvent;
    if (event.event === "error") message = event.message;
    else onEvent(event);
  }
  if ((await end) !== 0) throw new WovError(`the adapter was not merged: ${message ?? log.trimEnd()}`);
}
