import { join } from "node:path";
import type { Command } from "commander";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { type Group, groups, openStudy, type StepState, type Study } from "../study/index";
import { options } from "./options";
import { followProgress } from "./progress";

interface StudyOptions {
  profile: string;
  only?: string[];
  plan?: boolean;
  json?: boolean;
}

/** `wov study`: runs what is not done, then writes the report. */
export function define(command: Command): void {
  command
    .option("--profile <name|file>", "a profile of data/profiles, or a file of your own", "pocket")
    .option("--only <part...>", `only some parts and what they need: ${groups.join(", ")}`)
    .option("--plan", "show the steps and how far they are; run nothing")
    .option(...options.json)
    .action(study);
}

async function study({ profile, only, plan, json }: StudyOptions): Promise<void> {
  const opened = openStudy(profile, projectRoot());
  const parts = only?.map(checkPart);
  const failure = plan ? undefined : await runWithProgress(opened, parts);
  if (json) process.stdout.write(`${JSON.stringify(asJson(opened), null, 1)}\n`);
  else if (plan) process.stdout.write(planText(opened));
  else await printTables(opened);
  if (!plan) process.stderr.write(`Report: ${await writeReport(opened)}\nNotebooks: npm run lab\n`);
  if (failure) throw failure;
}

function checkPart(part: string): Group {
  if ((groups as readonly string[]).includes(part)) return part as Group;
  throw new WovError(`--only ${part}: expected one of ${groups.join(", ")}`, 2);
}

/** @returns why steps are not done; the others are, and tables show them */
async function runWithProgress(opened: Study, only: Group[] | undefined): Promise<WovError | undefined> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, abort);
  const open = opened.plan(only).filter(({ state }) => state !== "done");
  if (open.length > 0)
    process.stderr.write(`${open.length} steps to do. You can stop at any time: the next run goes on from there.\n`);
  const progress = followProgress(process.stderr, open.length);
  try {
    await opened.run({ only, onEvent: progress.onEvent, signal: stop.signal });
  } catch (error) {
    if (error instanceof WovError) return error;
    throw error;
  } finally {
    progress.end();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, abort);
  }
}

async function printTables(opened: Study): Promise<void> {
  const { table1, table2, toMarkdown } = await import("../show/index");
  const results = opened.results();
  process.stdout.write(`\n${toMarkdown(table1(results))}\n${toMarkdown(table2(results))}\n`);
}

async function writeReport(opened: Study): Promise<string> {
  const show = await import("../show/index");
  return show.writeReport(join(opened.root, "report"), opened.results(), opened.picture);
}

const MARKS: Record<StepState, string> = { done: "✓", begun: "…", new: "·", damaged: "✗" };

function planText(opened: Study): string {
  const plan = opened.plan();
  const lines = groups.flatMap((group) => [
    group,
    ...plan.flatMap(({ step, state }) =>
      step.group === group ? [`  ${MARKS[state]} ${step.name}  ${step.run.id}`] : [],
    ),
  ]);
  const count = (state: StepState) => plan.filter((one) => one.state === state).length;
  const open = plan.length - count("done");
  const damaged = count("damaged") > 0 ? ` (${count("damaged")} damaged: see \`wov verify\`)` : "";
  return `${lines.join("\n")}\n${open ? `${open} steps to do${damaged}` : "all done"}\n`;
}

/** What a program may read; results that are not there yet are left out. */
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
