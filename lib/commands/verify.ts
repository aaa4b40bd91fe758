import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
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

/** The result for one run, or one file of results. */
interface Report {
  /** Id of the run, or path of the file. */
  run: string;
  state: RunState;
  /** What is wrong with a damaged run. */
  problems?: Problem[];
  repair?: Repair;
}

/** `wov verify`: reads every file of finished runs and compares it with the manifest; and files of `wov results`. */
export function define(command: Command): void {
  command
    .argument(
      "[runs...]",
      "ids or folders of runs, or files of wov results; by default all runs, and data/pocket/*.json",
    )
    .option("--repair", "keep the unchanged replies of a damaged run; set any other damaged run aside")
    .option(...options.json)
    .addHelpText(
      "after",
      "\nA file that was changed, removed or added after its run was completed is found, whatever its time and size. Whoever" +
        "\nrewrites a run and all digests in its manifest is not: for that, compare with a copy of the manifests.",
    )
    .action(async (given: string[], { repair, json }: { repair?: boolean; json?: boolean }) => {
      const root = projectRoot();
      const files = given.length > 0 ? given.filter((path) => path.endsWith(".json")) : resultsFiles(root);
      const runs = given.filter((path) => !files.includes(path));
      const ids = given.length > 0 ? chooseRuns(listRunIds(root), runs) : listRunIds(root);
      const reports = [...verify(root, ids, repair ?? false), ...(await verifyFiles(root, files))];
      process.stdout.write(json ? `${JSON.stringify(reports, null, 1)}\n` : formatText(reports));
      if (reports.some(({ state, repair }) => state === "damaged" && !repair)) process.exitCode = 1;
    });
}

/** The files of results that come with the kit. */
function resultsFiles(root: string): string[] {
  const folder = join(root, "data/pocket");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
}

async function verifyFiles(root: string, files: readonly string[]): Promise<Report[]> {
  if (files.length === 0) return [];
  const { readResultsFile } = await import("../study/index");
  return files.map((file): Report => {
    const run = relative(root, resolve(file));
    try {
      readResultsFile(file);
      return { run, state: "done" };
    } catch (error) {
      if (!(error instanceof WovError)) throw error;
      const wrong = error.message.replace(`${file}: `, "");
      return { run, state: "damaged", problems: [{ file: "", wrong }] };
    }
  });
}

function chooseRuns(ids: readonly string[], wanted: readonly string[]): readonly string[] {
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

function verify(root: string, ids: readonly string[], repair: boolean): Report[] {
  const started = Date.now();
  let shown = false;
  const reports = ids.map((run, i): Report => {
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

function formatText(reports: readonly Report[]): string {
  const count = (wanted: RunState) => reports.filter(({ state }) => state === wanted).length;
  const damaged = reports.filter(({ state }) => state === "damaged");
  const lines = damaged.map(
    ({ run, problems = [], repair }) =>
      `✗ ${run}: ${onOneLine(listProblems(problems)).trim()}\n${formatRepair(repair)}`,
  );
  const unrepaired = damaged.some(({ repair }) => !repair);
  return [
    ...lines,
    `${countedReports(reports)}: ${count("done")} unchanged, ${count("damaged")} damaged, ${count("begun")} incomplete\n`,
    unrepaired ? "Restore damaged runs from a copy, or repeat this command with --repair\n" : "",
  ].join("");
}

function countedReports(reports: readonly Report[]): string {
  const files = reports.filter(({ run }) => run.endsWith(".json")).length;
  return `${counted(reports.length - files, "run")}${files > 0 ? ` and ${counted(files, "file")} of results` : ""}`;
}

function formatRepair(repair: Repair | undefined): string {
  if (!repair) return "";
  if ("hidden" in repair) return `  hidden as ${repair.hidden.join(", ")}; the run is as it was\n`;
  return "movedTo" in repair
    ? `  moved to ${repair.movedTo}; it will be computed again when it is needed\n`
    : `  ${repair.kept} unchanged records are kept, ${repair.dropped} dropped; to complete the run, repeat the command that made it\n`;
}
