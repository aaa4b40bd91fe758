import type { WriteStream } from "node:tty";
import { MultiBar, type SingleBar } from "cli-progress";
import type { Step, StudyEvent } from "../study/index";

/** Shows how far a study is. */
export interface Progress {
  onEvent(event: StudyEvent): void;
  end(): void;
}

/** In a terminal, shows a bar for the study and one per step in flight; elsewhere, a line per finished step. */
export function followProgress(out: WriteStream, total: number): Progress {
  if (total === 0) return { onEvent: () => {}, end: () => {} };
  return out.isTTY ? bars(out, total) : lines(out, total);
}

function lines(out: NodeJS.WritableStream, total: number): Progress {
  const started = Date.now();
  const jobs = followJobs();
  let done = 0;
  const onEvent = (event: StudyEvent) => {
    jobs.onEvent(event);
    const seconds = String(Math.round((Date.now() - started) / 1000)).padStart(4);
    if (event.event === "job" && (event.state === "retry" || event.state === "silent"))
      out.write(`${" ".repeat(`[${done}/${total}]`.length)} ${seconds} s  ${event.step.name}: ${event.text}\n`);
    if (event.event === "done")
      out.write(`[${++done}/${total}] ${seconds} s  ${event.step.name}${jobs.where(event.step)}\n`);
  };
  return { onEvent, end: () => {} };
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
  const onEvent = (event: StudyEvent) => {
    jobs.onEvent(event);
    const bar = inFlight.get(event.step);
    const name = `${event.step.name}${jobs.where(event.step)}`;
    if (event.event === "job") bar?.update({ name });
    if (event.event === "job" && !bar) inFlight.set(event.step, all.create(1, 0, { name }));
    if (event.event === "progress") {
      const shown = bar ?? all.create(event.total, event.done, { name });
      inFlight.set(event.step, shown);
      shown.setTotal(event.total);
      shown.update(event.done, { name });
    }
    if (event.event === "done") {
      whole.increment();
      if (bar) all.remove(bar);
      inFlight.delete(event.step);
    }
  };
  return { onEvent, end: () => all.stop() };
}
