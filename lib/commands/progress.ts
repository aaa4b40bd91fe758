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
  let done = 0;
  const onEvent = ({ event, step }: StudyEvent) => {
    if (event !== "done") return;
    const seconds = Math.round((Date.now() - started) / 1000);
    out.write(`[${++done}/${total}] ${String(seconds).padStart(4)} s  ${step.name}\n`);
  };
  return { onEvent, end: () => {} };
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
  const onEvent = (event: StudyEvent) => {
    const bar = inFlight.get(event.step);
    if (event.event === "progress") {
      const shown = bar ?? all.create(event.total, event.done, { name: event.step.name });
      inFlight.set(event.step, shown);
      shown.setTotal(event.total);
      shown.update(event.done);
    }
    if (event.event === "done") {
      whole.increment();
      if (bar) all.remove(bar);
      inFlight.delete(event.step);
    }
  };
  return { onEvent, end: () => all.stop() };
}
