import { join } from "node:path";
import type { Command } from "commander";
import { WovError } from "../errors";
import { table1, table2, toMarkdown, writeReport } from "../show/index";
import { type Findings, type Group, groups, openStudy, type Study } from "../study/index";
import { followProgress } from "./progress";

interface Given {
  profile: string;
  only?: string[];
  plan?: boolean;
  json?: boolean;
}

/** `wov study`: runs what is not done, then writes the report. */
export function addStudy(program: Command): void {
  program
    .command("study")
    .description("run all steps of a profile that are not done, then write the report")
    .option("--profile <name|file>", "a profile of data/profiles, or a file of your own", "pocket")
    .option("--only <part...>", `some parts with what they need: ${groups.join(", ")}`)
    .option("--plan", "show the steps and how far they are; run nothing")
    .option("--json", "print states and results as JSON on standard output")
    .action(study);
}

async function study({ profile, only, plan, json }: Given): Promise<void> {
  const opened = openStudy(profile);
  const parts = only?.map(checkPart);
  if (!plan) await runWithProgress(opened, parts);
  const complete = opened.plan().every(({ state }) => state === "done");
  const findings = complete ? opened.findings() : undefined;
  if (json) process.stdout.write(`${JSON.stringify(asJson(opened, findings), null, 1)}\n`);
  else if (plan) printPlan(opened);
  if (plan || !findings) return;
  const report = await writeReport(join(opened.root, "report"), findings, opened.picture);
  if (!json) process.stdout.write(`\n${toMarkdown(table1(findings))}\n${toMarkdown(table2(findings))}\n`);
  process.stderr.write(`Report: ${report}\nNotebooks: npm run lab\n`);
}

function checkPart(part: string): Group {
  if ((groups as readonly string[]).includes(part)) return part as Group;
  throw new WovError(`--only ${part}: expected one of ${groups.join(", ")}`, 2);
}

async function runWithProgress(opened: Study, only: Group[] | undefined): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const open = opened.plan().filter(({ step, state }) => state !== "done" && (!only || only.includes(step.group)));
  if (open.length > 0)
    process.stderr.write(`${open.length} steps to do. Stop it whenever you like: the next run goes on from there.\n`);
  const progress = followProgress(process.stderr, open.length);
  try {
    await opened.run({ only, onEvent: progress.onEvent, signal: stop.signal });
  } finally {
    progress.end();
  }
}

function printPlan(opened: Study): void {
  const marks = { done: "✓", damaged: "✗", begun: "…", new: "·" };
  for (const group of groups) {
    process.stdout.write(`${group}\n`);
    for (const { step, state } of opened.plan())
      if (step.group === group) process.stdout.write(`  ${marks[state]} ${step.name}  ${step.run.id}\n`);
  }
  const open = opened.plan().filter(({ state }) => state !== "done").length;
  process.stdout.write(open ? `${open} steps to do\n` : "all done\n");
}

/** What a program may read; tables are empty until all steps are done. */
function asJson({ profile, plan }: Study, findings: Findings | undefined) {
  const shared = ({ correct, unparsed, items }: { correct: number; unparsed: number; items: number }) => ({
    correct,
    unparsed,
    items,
  });
  return {
    profile: profile.name,
    steps: plan().map(({ step, state }) => ({ name: step.name, state })),
    table1: (findings?.table1 ?? []).map((r) => ({ model: r.model, input: r.input, ...shared(r) })),
    table2: (findings?.table2 ?? []).map((r) => ({ model: r.model, source: r.source, size: r.size, ...shared(r) })),
  };
}
