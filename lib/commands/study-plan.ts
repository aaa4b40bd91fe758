import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planStudy, type StudyPlan } from "../plan/index";
import { planTable, planTotals, toText } from "../show/index";
import { toRunName } from "../store/index";
import { dryRun, type Group, type Study } from "../study/index";

/** Prints the plan of a study: its steps, what is left of them, what that takes, and what is missing. */
export async function printPlan(opened: Study, parts: Group[] | undefined, json = false): Promise<void> {
  const plan = await planStudy(opened, parts);
  if (json) return void process.stdout.write(`${JSON.stringify(planJson(plan), null, 1)}\n`);
  process.stdout.write(`${toText(planTable(plan))}\n${toText(planTotals(plan))}`);
}

/** Items of a dry run. */
const DRY_ITEMS = 10;

/** Writes what a study would send and train for its first items, one file per step. */
export function writeDryRun(opened: Study, parts: Group[] | undefined, folder: string): void {
  const { requests, lines, jobs } = dryRun(opened, DRY_ITEMS, parts);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, values: readonly unknown[]) =>
    writeFileSync(join(folder, name), values.map((value) => `${JSON.stringify(value)}\n`).join(""));
  for (const { step, made } of requests) write(`${toRunName(step.name)}.requests.jsonl`, made);
  for (const { step, made } of lines) write(`${toRunName(step.name)}.train.jsonl`, made);
  write("jobs.jsonl", jobs);
  const count = (all: readonly { made: readonly unknown[] }[]) => all.reduce((sum, { made }) => sum + made.length, 0);
  process.stdout.write(
    `${folder}: ${count(requests)} requests of ${requests.length} steps, ${count(lines)} training lines of ` +
      `${lines.length} trainings, ${jobs.length} jobs. Nothing was sent.\n`,
  );
}

/** A plan for programs: steps by their names and runs. */
const planJson = ({ steps, ...rest }: StudyPlan) => ({
  ...rest,
  steps: steps.map(({ step, ...left }) => ({ name: step.name, group: step.group, run: step.run.id, ...left })),
});
