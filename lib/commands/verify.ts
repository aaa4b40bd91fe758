import type { Command } from "commander";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import {
  checkRun,
  listProblems,
  listRunIds,
  type Problem,
  type Repair,
  type RunState,
  repairRun,
} from "../store/index";
import { options } from "./options";

/** What is said of one run. */
interface Verdict {
  run: string;
  state: RunState;
  /** What is wrong with a damaged run. */
  problems?: Problem[];
  repair?: Repair;
}

/** `wov verify`: reads every file of finished runs, and compares it with what the manifest says. */
export function define(command: Command): void {
  command
    .argument("[runs...]", "ids or folders of runs; all of them by default")
    .option("--repair", "keep the unchanged replies of a damaged run; set any other damaged run aside")
    .option(...options.json)
    .action((runs: string[], { repair, json }: { repair?: boolean; json?: boolean }) => {
      const root = projectRoot();
      const verdicts = verify(root, chooseRuns(listRunIds(root), runs), repair ?? false);
      process.stdout.write(json ? `${JSON.stringify(verdicts, null, 1)}\n` : formatText(verdicts));
      if (verdicts.some(({ state, repair }) => state === "damaged" && !repair)) process.exitCode = 1;
    });
}

function chooseRuns(ids: readonly string[], wanted: readonly string[]): readonly string[] {
  if (wanted.length === 0) return ids;
  return wanted.map((text) => {
    const path = text.replace(/\/+$/, "");
    const id = ids.find((id) => path === id || path.endsWith(`runs/${id}`));
    if (!id)
      throw new WovError(`${text}: expected the id or the folder of a run, such as ${ids[0] ?? "ask/NAME-HASH"}`, 2);
    return id;
  });
}

/** Progress is shown only when a check takes longer than this. */
const PATIENCE_MS = 2000;

function verify(root: string, ids: readonly string[], repair: boolean): Verdict[] {
  const started = Date.now();
  let shown = false;
  const verdicts = ids.map((run, i): Verdict => {
    if (Date.now() - started > PATIENCE_MS) {
      process.stderr.write(`${shown ? "\r" : ""}${i} of ${ids.length} runs are checked`);
      shown = true;
    }
    const check = checkRun(root, run, true);
    if (check.state !== "damaged") return { run, state: check.state };
    return { run, state: "damaged", problems: check.problems, ...(repair && { repair: repairRun(root, run) }) };
  });
  if (shown) process.stderr.write("\n");
  return verdicts;
}

function formatText(verdicts: readonly Verdict[]): string {
  const count = (wanted: RunState) => verdicts.filter(({ state }) => state === wanted).length;
  const damaged = verdicts.filter(({ state }) => state === "damaged");
  const lines = damaged.map(
    ({ run, problems = [], repair }) => `✗ ${run}: ${listProblems(problems)}\n${formatRepair(repair)}`,
  );
  const unrepaired = damaged.some(({ repair }) => !repair);
  return [
    ...lines,
    `${verdicts.length} runs: ${count("done")} unchanged, ${count("damaged")} damaged, ${count("begun")} incomplete\n`,
    unrepaired ? "Restore damaged runs from a copy, or repeat this command with --repair\n" : "",
  ].join("");
}

function formatRepair(repair: Repair | undefined): string {
  if (!repair) return "";
  return "movedTo" in repair
    ? `  moved to ${repair.movedTo}; it will be computed again when it is needed\n`
    : `  ${repair.kept} unchanged records are kept, ${repair.dropped} dropped; run the command that created it again to complete it\n`;
}
