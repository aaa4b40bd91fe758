import type { Command } from "commander";
import { counted } from "../count";
import { WovError } from "../errors";
import { onOneLine } from "../escape";
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

/** The result for one run. */
interface RunReport {
  run: string;
  state: RunState;
  /** What is wrong with a damaged run. */
  problems?: Problem[];
  repair?: Repair;
}

/** `wov verify`: reads every file of finished runs and compares it with the manifest. */
export function define(command: Command): void {
  command
    .argument("[runs...]", "ids or folders of runs; all of them by default")
    .option("--repair", "keep the unchanged replies of a damaged run; set any other damaged run aside")
    .option(...options.json)
    .action((runs: string[], { repair, json }: { repair?: boolean; json?: boolean }) => {
      const root = projectRoot();
      const reports = verify(root, chooseRuns(listRunIds(root), runs), repair ?? false);
      process.stdout.write(json ? `${JSON.stringify(reports, null, 1)}\n` : formatText(reports));
      if (reports.some(({ state, repair }) => state === "damaged" && !repair)) process.exitCode = 1;
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

function verify(root: string, ids: readonly string[], repair: boolean): RunReport[] {
  const started = Date.now();
  let shown = false;
  const reports = ids.map((run, i): RunReport => {
    if (Date.now() - started > PATIENCE_MS) {
      if (shown) process.stderr.write("\r");
      process.stderr.write(`${i} of ${counted(ids.length, "run")} checked`);
      shown = true;
    }
    const check = checkRun(root, run, true);
    if (check.state !== "damaged") return { run, state: check.state };
    return { run, state: "damaged", problems: check.problems, ...(repair && { repair: repairRun(root, run) }) };
  });
  if (shown) process.stderr.write("\n");
  return reports;
}

function formatText(reports: readonly RunReport[]): string {
  const count = (wanted: RunState) => reports.filter(({ state }) => state === wanted).length;
  const damaged = reports.filter(({ state }) => state === "damaged");
  const lines = damaged.map(
    ({ run, problems = [], repair }) => `✗ ${run}: ${onOneLine(listProblems(problems))}\n${formatRepair(repair)}`,
  );
  const unrepaired = damaged.some(({ repair }) => !repair);
  return [
    ...lines,
    `${counted(reports.length, "run")}: ${count("done")} unchanged, ${count("damaged")} damaged, ${count("begun")} incomplete\n`,
    unrepaired ? "Restore damaged runs from a copy, or repeat this command with --repair\n" : "",
  ].join("");
}

function formatRepair(repair: Repair | undefined): string {
  if (!repair) return "";
  return "movedTo" in repair
    ? `  moved to ${repair.movedTo}; it will be computed again when it is needed\n`
    : `  ${repair.kept} unchanged records are kept, ${repair.dropped} dropped; to complete the run, repeat the command that made it\n`;
}
