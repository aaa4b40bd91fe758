import { counted, groupBy } from "../count";
import { escapeHtml } from "../escape";
import { accuracy, type Table, toHtml } from "../show/index";
import type { Results, RunFacts } from "../study/index";
import type { SystemData } from "./browser/data";
import { numberLink } from "./numbers";

/** Every accuracy of the study: its cell, the answers that it counts, the run, and the command that recomputes it. */
export function numbersHtml(systems: readonly SystemData[]): string {
  const byCell = new Map(systems.map((system) => [system.name, system]));
  const table: Table = {
    name: "numbers",
    title: "Where each accuracy comes from",
    note: "",
    columns: [
      { key: "system", label: "System" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "right", label: "Right / asked", numeric: true },
      { key: "command", label: "To recompute it (the cell’s name follows “trace”)" },
      { key: "run", label: "Run" },
    ],
    rows: systems.map(({ label, right, asked, name, run, command }) => ({
      system: label,
      accuracy: accuracy({ correct: right, items: asked }).toFixed(2),
      right: `${right} / ${asked}`,
      cell: name,
      run: `runs/${run}`,
      command,
    })),
  };
  return toHtml(table, (value, { key }, row) => {
    if (key === "accuracy") return numberLink(byCell.get(String(row.cell))!, value);
    if (key === "run" || key === "command") return `<code>${escapeHtml(value)}</code>`;
    return escapeHtml(value);
  });
}

/** Time and cost by part of the study, and the machines that did the work. */
export function runsHtml({ runs }: Pick<Results, "runs">): string {
  if (runs.length === 0) return "<p>No run is finished yet.</p>";
  return toHtml(partsTable(runs)) + toHtml(machinesTable(runs)) + allRuns(runs);
}

function partsTable(runs: readonly RunFacts[]): Table {
  const parts = [...groupBy(runs, ({ group }) => group), ["all parts", [...runs]] as const];
  return {
    name: "parts",
    title: "Time, tokens and cost",
    note:
      "Time is that of the sessions that completed the runs, added up; steps that run side by side take less in all. " +
      "Cost is what endpoints charged, and what runtimes report for their machines.",
    columns: [
      { key: "part", label: "Part" },
      { key: "runs", label: "Runs", numeric: true },
      { key: "time", label: "Time", numeric: true },
      { key: "prompt", label: "Prompt tokens", numeric: true },
      { key: "completion", label: "Completion tokens", numeric: true },
      { key: "usd", label: "Cost, USD", numeric: true },
    ],
    rows: parts.map(([part, some]) => ({
      part,
      runs: some.length,
      time: timeText(sum(some, ({ seconds }) => seconds)),
      prompt: sum(some, ({ tokens }) => tokens?.prompt ?? 0).toLocaleString("en"),
      completion: sum(some, ({ tokens }) => tokens?.completion ?? 0).toLocaleString("en"),
      usd: sum(some, ({ costUsd, ran }) => costUsd + (ran?.costUsd ?? 0)).toFixed(2),
    })),
  };
}

function machinesTable(runs: readonly RunFacts[]): Table {
  const machines = groupBy(runs, ({ hardware: { cpu, cores, memoryGiB, gpus, platform, node }, ran, code }) =>
    JSON.stringify([
      ran?.runtime ?? "this machine",
      cpu,
      `${counted(cores, "core")}, ${memoryGiB} GiB`,
      (ran?.gpus ?? gpus).join(", ") || "none",
      `${platform}, Node ${node}`,
      `${code.commit?.slice(0, 12) ?? "not a checkout"}${code.dirty ? ", changed" : ""}`,
    ]),
  );
  const labels = ["Where", "Processor", "Size", "GPUs", "System", "Commit of the kit"];
  return {
    name: "machines",
    title: "Hardware and code",
    note: "As the manifests of the runs record it. “changed”: tracked files differed from the commit.",
    columns: [...labels.map((label, i) => ({ key: String(i), label })), { key: "runs", label: "Runs", numeric: true }],
    rows: [...machines].map(([key, some]) => ({
      ...Object.fromEntries((JSON.parse(key) as string[]).map((value, i) => [String(i), value])),
      runs: some.length,
    })),
  };
}

function allRuns(runs: readonly RunFacts[]): string {
  const table: Table = {
    name: "runs",
    title: "All finished runs",
    note: "“npx wov verify” checks that they are complete and unchanged; “npx wov trace RUN” shows what a run was made from.",
    columns: [
      { key: "name", label: "Step" },
      { key: "run", label: "Run" },
      { key: "time", label: "Time", numeric: true },
      { key: "finished", label: "Finished" },
    ],
    rows: runs.map(({ name, id, seconds, finishedAt }) => ({
      name,
      run: `runs/${id}`,
      time: timeText(seconds),
      finished: `${finishedAt.slice(0, 16).replace("T", " ")} UTC`,
    })),
  };
  return `<details><summary>${counted(runs.length, "finished run")}, one by one</summary>${toHtml(table)}</details>`;
}

const sum = <T>(all: readonly T[], value: (one: T) => number): number =>
  all.reduce((total, one) => total + value(one), 0);

/** "36 s", "12 min", "3.4 h" */
const timeText = (seconds: number): string =>
  seconds < 90
    ? `${seconds.toFixed(0)} s`
    : seconds < 5400
      ? `${(seconds / 60).toFixed(0)} min`
      : `${(seconds / 3600).toFixed(1)} h`;
