import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { counted } from "../count";
import { WovError } from "../errors";
import { loadPaper } from "../published/index";
import { projectRoot } from "../root";
import { isDetached } from "../runtime/index";
import { hashOf, sha256 } from "../store/index";
import { type Group, groups, mayCost, openStudy, type Study } from "../study/index";
import { usd } from "./numbers";
import { options } from "./options";
import { followProgress } from "./progress";

interface StudyOptions {
  profile: string;
  only?: string[];
  plan?: boolean;
  dryRun?: string;
  budget?: number;
  json?: boolean;
}

/** `wov study`: runs the unfinished steps of a profile, then writes the report. */
export function define(command: Command): void {
  command
    .option(...options.profile, "pocket")
    .option("--only <part...>", `run only these parts and the steps they need: ${groups.join(", ")}`)
    .option("--plan", "show the steps, what is left of each, what it will take and what is missing; run nothing")
    .option(
      "--dry-run <folder>",
      "write what would be sent and trained for the first ten items into a folder; run nothing",
    )
    .option(...options.budget, usd)
    .option(...options.json)
    .action(study);
}

async function study({ profile, only, plan, dryRun, budget, json }: StudyOptions): Promise<void> {
  const opened = openStudy(profile, projectRoot());
  const parts = only?.map(checkPart);
  if (plan) return (await import("./study-plan")).printPlan(opened, parts, json);
  if (dryRun !== undefined) return (await import("./study-plan")).writeDryRun(opened, parts, dryRun);
  const failure = await runWithProgress(opened, parts, await checkBudget(opened, parts, budget));
  if (json) process.stdout.write(`${JSON.stringify(asJson(opened), null, 1)}\n`);
  await report(opened, profile, !json);
  if (failure) throw failure;
  process.stderr.write(whatIsLeft(opened, profile));
}

/** @throws WovError if the study may cost money and no budget is given */
async function checkBudget(opened: Study, parts: Group[] | undefined, budget: number | undefined) {
  if (budget !== undefined || !mayCost(opened, parts)) return budget;
  const { planStudy } = await import("../plan/index");
  const { usd: cost } = (await planStudy(opened, parts)).totals;
  throw new WovError(
    `what is left of the study costs about $${cost.charged.toFixed(2)}, at most about $${cost.atMost.toFixed(2)} (see --plan): ` +
      "give the most that it may cost in all, in USD, with --budget",
    2,
  );
}

function checkPart(part: string): Group {
  if ((groups as readonly string[]).includes(part)) return part as Group;
  throw new WovError(`--only ${part}: expected one of ${groups.join(", ")}`, 2);
}

/** @returns the error that lists the failed steps; all others are done, and the tables show them */
async function runWithProgress(
  opened: Study,
  only: Group[] | undefined,
  budgetUsd: number | undefined,
): Promise<WovError | undefined> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, abort);
  const open = opened.plan(only).filter(({ state }) => state !== "done");
  if (open.length > 0)
    process.stderr.write(
      `${counted(open.length, "step")} to do. You can stop at any time: the next run continues from there.\n`,
    );
  const progress = followProgress(process.stderr, open.length);
  try {
    await opened.run({ only, budgetUsd, onEvent: progress.onEvent, signal: stop.signal });
  } catch (error) {
    if (error instanceof WovError && error.exitCode !== 2) return error;
    if (stop.signal.aborted && isDetached(opened.profile.runtime))
      process.stderr.write(
        "Jobs that were submitted go on; `wov jobs` lists them, and `wov jobs cancel ID` ends one.\n",
      );
    throw error; // nothing was started, or a fault of the kit
  } finally {
    progress.end();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, abort);
  }
}

/** After a part of the study: how much of the rest is left, and how to do it. */
function whatIsLeft(opened: Study, profile: string): string {
  const all = opened.plan();
  const open = all.filter(({ state }) => state !== "done");
  if (open.length === 0) return "";
  const parts = [...new Set(open.map(({ step }) => step.group))].join(", ");
  return (
    `${open.length} of ${counted(all.length, "step")} of the study are not done yet (${parts}). The tables show “–” for ` +
    `what is missing. Next: npx wov study${profile === "pocket" ? "" : ` --profile ${profile}`}\n`
  );
}

/** Writes the report, unless it was written for the same runs and code; prints its two main tables. */
async function report(opened: Study, profile: string, print: boolean): Promise<void> {
  const { reportFolder, writeReport } = await import("../report/index");
  const folder = join(opened.root, reportFolder(profile));
  const stamp = join(folder, ".stamp");
  const causes = reportCauses(opened);
  const current = () => hashOf([causes, contentsOf(folder)]);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== current()) {
    rmSync(stamp, { force: true });
    const paper = loadPaper(opened.root, opened.profile);
    await writeReport(folder, opened.results(), opened.picture, paper, reportProgress(process.stderr));
    writeFileSync(stamp, current());
  }
  const tables = ["table1.md", "table2.md"].map((file) => readFileSync(join(folder, file), "utf8"));
  if (print) process.stdout.write(`\n${tables.join("\n")}\n`);
  process.stderr.write(`Report: ${join(folder, "index.html")}\nNotebooks: npm run lab\n`);
}

/** Time after which the progress of a report is shown, and time between its lines. */
const REPORT_LINE_MS = 2000;

/** Says how far the report's pictures are, if they take long. */
function reportProgress(out: NodeJS.WritableStream): (done: number, total: number) => void {
  let shown = Date.now();
  return (done, total) => {
    if (Date.now() - shown < REPORT_LINE_MS) return;
    shown = Date.now();
    out.write(`Writing the report: ${done} of ${counted(total, "picture")}\n`);
  };
}

/** What determines a report: the profile, the finished runs, the library's files, and those about the paper. */
function reportCauses({ root, profile, layout }: Study): string {
  const runs = layout.steps.map(({ run }) => (run.state() === "done" ? [run.id, run.manifest()!.finishedAt] : run.id));
  const code = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
    .sort()
    .map((file) => {
      const { size, mtimeMs } = statSync(join(root, "lib", file));
      return [file, size, mtimeMs];
    });
  const paper = ["paper.yaml", "published.json"].map((file) => sha256(readFileSync(join(root, "data", file))));
  return hashOf([profile, runs, code, paper]);
}

/** The report's files by name, so that one that was edited or deleted is made again. */
const contentsOf = (folder: string): [file: string, sha256: string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".stamp")
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
    .map((file) => [file, sha256(readFileSync(join(folder, file)))]);

/** The study for programs; results that are not there yet are left out. */
function asJson(opened: Study) {
  const results = opened.results();
  return {
    profile: opened.profile.name,
    steps: opened.plan().map(({ step, state }) => ({ name: step.name, run: step.run.id, state })),
    results: results.cells.flatMap((cell) => {
      const result = results.get(cell);
      if (!result) return [];
      const { items, correct, unparsed, run } = result;
      return [{ ...cell, items, correct, unparsed, run }];
    }),
  };
}
