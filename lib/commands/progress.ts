import type { WriteStream } from "node:tty";
import { MultiBar, type SingleBar } from "cli-progress";
import type { Step, StudyEvent } from "../study/index";

/** Tells a person how far a study is. */
export interface Progress {
  onEvent(event: StudyEvent): void;
  end(): void;
}

/** In a terminal a bar for the whole and one for each step in flight; else a line for each step that is done. */
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
  const under = new Map<Step, SingleBar>();
  const onEvent = (event: StudyEvent) => {
    const bar = under.get(event.step);
    if (event.event === "progress") {
      const shown = bar ?? all.create(event.total, event.done, { name: event.step.name });
      under.set(event.step, shown);
      shown.setTotal(event.total);
      shown.update(event.done);
    }
    if (event.event === "done") {
      whole.increment();
      if (bar) all.remove(bar);
      under.delete(event.step);
    }
  };
  return { onEvent, end: () => all.stop() };
}
