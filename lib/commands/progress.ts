import type { WriteStream } from "node:tty";
import { MultiBar, type SingleBar } from "cli-progress";
import { onOneLine } from "../escape";
import { followSpeed, type Step, type StudyEvent } from "../study/index";

/** Shows how far a study is. */
export interface Progress {
  onEvent(event: StudyEvent): void;
  end(): void;
}

/** How often a step in flight has a line of its own, where there are no bars. */
const LINE_MS = 60_000;

/**
 * In a terminal, shows a bar for the study and one per step in flight; elsewhere, a line per finished step, and one a
 * minute for each that takes long. A warning is shown once, whatever it is about.
 */
export function followProgress(out: WriteStream, total: number): Progress {
  if (total === 0) return { onEvent: () => {}, end: () => {} };
  return out.isTTY ? bars(out, total) : lines(out, total);
}

function lines(out: NodeJS.WritableStream, total: number): Progress {
  const started = Date.now();
  const jobs = followJobs();
  const speed = followSpeed();
  const warningOf = firstWarnings();
  const shown = new Map<Step, number>();
  let done = 0;
  const onEvent = (event: StudyEvent) => {
    jobs.onEvent(event);
    const seconds = String(Math.round((Date.now() - started) / 1000)).padStart(4);
    const note = (text: string) =>
      out.write(
        `${" ".repeat(`[${done}/${total}]`.length)} ${seconds} s  ${onOneLine(`${event.step.name}: ${text}`)}\n`,
      );
    if (event.event === "start") shown.set(event.step, Date.now());
    if (event.event === "job" && (event.state === "retry" || event.state === "silent")) note(event.text);
    const warning = warningOf(event);
    if (warning) note(warning);
    if (event.event === "progress") {
      const fast = speed(event);
      if (fast && Date.now() - (shown.get(event.step) ?? started) >= LINE_MS) {
        note(`${event.done} of ${event.total}, ${fast}`);
        shown.set(event.step, Date.now());
      }
    }
    if (event.event === "done")
      out.write(`[${++done}/${total}] ${seconds} s  ${onOneLine(event.step.name + jobs.where(event.step))}\n`);
  };
  return { onEvent, end: () => {} };
}

/** The text of an event that is a warning, if no event before had the same. */
function firstWarnings(): (event: StudyEvent) => string | undefined {
  const given = new Set<string>();
  return (event) => {
    if (event.event !== "warning" || given.has(event.message)) return undefined;
    given.add(event.message);
    return `warning: ${event.message}`;
  };
}

/** Remembers where each step's job waits or runs. */
function followJobs() {
  const submitted = new Map<Step, number>();
  const places = new Map<Step, string>();
  const waited = (step: Step) => Math.round((Date.now() - (submitted.get(step) ?? Date.now())) / 1000);
  return {
    onEvent(event: StudyEvent): void {
      if (event.event !== "job") return;
      if (event.state === "submitted") {
        submitted.set(event.step, Date.now());
        places.set(event.step, ` (waits on ${event.runtime})`);
      }
      if (event.state === "running") places.set(event.step, ` (${event.text}; waited ${waited(event.step)} s)`);
      if (event.state === "retry" || event.state === "silent") places.set(event.step, ` (${event.text})`);
    },
    /** " (gpu1, NVIDIA A100; waited 12 s)"; empty for a step that is no job elsewhere. */
    where: (step: Step): string => places.get(step) ?? "",
  };
}

function bars(out: WriteStream, total: number): Progress {
  const format = " {bar} {value}/{total} {name}";
  const all = new MultiBar({ stream: out, format, hideCursor: true, clearOnComplete: true, barsize: 24 });
  const whole = all.create(
    total,
    0,
    { name: "steps" },
    { format: " {bar} {value}/{total} {name}, {duration_formatted}, about {eta_formatted} to go" },
  );
  const inFlight = new Map<Step, SingleBar>();
  const jobs = followJobs();
  const speed = followSpeed();
  const warningOf = firstWarnings();
  const onEvent = (event: StudyEvent) => {
    jobs.onEvent(event);
    const warning = warningOf(event);
    if (warning) all.log(`${onOneLine(`${event.step.name}: ${warning}`)}\n`);
    const bar = inFlight.get(event.step);
    const name = onOneLine(event.step.name + jobs.where(event.step));
    if (event.event === "job") bar?.update({ name });
    if (event.event === "job" && !bar) inFlight.set(event.step, all.create(1, 0, { name }));
    if (event.event === "progress") {
      const shown = bar ?? all.create(event.total, event.done, { name });
      inFlight.set(event.step, shown);
      shown.setTotal(event.total);
      const fast = speed(event);
      shown.update(event.done, { name: fast ? `${name}, ${fast}` : name });
    }
    if (event.event === "done") {
      whole.increment();
      if (bar) all.remove(bar);
      inFlight.delete(event.step);
    }
  };
  return { onEvent, end: () => all.stop() };
}
