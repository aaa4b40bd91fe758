import { type Description, isOver, type JobStatus } from "../runtime/index";
import { timeText } from "./plan";
import { NOT_THERE, type Table } from "./table";

/** A runtime, and what it has or why it cannot be reached. */
export interface RuntimeReport {
  label: string;
  /** The profiles that name it. */
  profiles: string[];
  described: Description | { error: string };
}

/** The runtimes that profiles name. */
export const runtimesTable = (reports: readonly RuntimeReport[]): Table => ({
  name: "runtimes",
  title: "Where jobs can run",
  note: "✓ can be reached, ✗ cannot.",
  columns: [
    { key: "runtime", label: "Runtime" },
    { key: "profiles", label: "Profiles" },
    { key: "gpus", label: "GPUs" },
    { key: "free", label: "Free", numeric: true },
    { key: "price", label: "USD per hour", numeric: true },
    { key: "notes", label: "Notes" },
  ],
  rows: reports.map(({ label, profiles, described }) => ({
    runtime: `${"error" in described ? "✗" : "✓"} ${label}`,
    profiles: profiles.join(", "),
    ...("error" in described ? { notes: described.error } : describedRow(described)),
  })),
});

const describedRow = ({ gpus, free, cores, usdPerHour, notes }: Description) => ({
  gpus: gpus.length > 0 ? cardsText(gpus) : cores === undefined ? NOT_THERE : "none",
  free: free ?? "",
  price: usdPerHour === undefined ? "" : usdPerHour.toFixed(2),
  notes: notes.join("; "),
});

/** "2 × NVIDIA A100" */
const cardsText = (names: readonly string[]): string =>
  [...new Set(names)].map((name) => `${names.filter((one) => one === name).length} × ${name}`).join(", ");

/**
 * Jobs on a runtime, the newest first.
 *
 * @param now seconds since 1970
 */
export function jobsTable(label: string, jobs: readonly JobStatus[], now = Date.now() / 1000): Table {
  return {
    name: "jobs",
    title: `Jobs: ${label}`,
    note: jobs.length === 0 ? "No jobs." : "",
    columns: [
      { key: "id", label: "Job" },
      { key: "state", label: "State" },
      { key: "age", label: "Submitted", numeric: true },
      { key: "waited", label: "Waited", numeric: true },
      { key: "ran", label: "Ran", numeric: true },
      { key: "host", label: "Where" },
      { key: "cost", label: "USD", numeric: true },
      { key: "steps", label: "Steps" },
    ],
    rows: [...jobs].sort((a, b) => b.submitted - a.submitted).map((job) => rowOf(job, now)),
  };
}

function rowOf(job: JobStatus, now: number): Table["rows"][number] {
  const { id, spec, state, submitted, started, ended, host, gpus = [], attempts, silent, message, costUsd } = job;
  const end = isOver(job) ? (ended ?? now) : now;
  const names = Object.keys(spec.runs);
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  const notes = [
    attempts > 1 ? `attempt ${attempts}` : undefined,
    silent === undefined ? undefined : `silent for ${timeText(silent)}`,
    isOver(job) && ended !== undefined && message ? message.split("\n").at(-1)!.slice(0, 80) : undefined,
  ].filter(Boolean);
  return {
    id,
    state: notes.length > 0 ? `${state} (${notes.join("; ")})` : state,
    age: `${timeText(now - submitted)} ago`,
    waited: timeText(Math.max(0, (started ?? end) - submitted)),
    ran: started === undefined ? "" : timeText(Math.max(0, end - started)),
    host: [host ?? "", ...new Set(gpus)].filter(Boolean).join(", "),
    cost: costUsd === undefined ? "" : costUsd.toFixed(2),
    steps: `${names[0] ?? ""}${more}`,
  };
}
