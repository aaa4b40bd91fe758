import { Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followProgress } from "../../lib/commands/progress";
import { followSpeed, type Step, type StudyEvent } from "../../lib/study/index";

const step = { name: "llama generates samples" } as Step;
const other = { name: "qwen2 decides" } as Step;
const progress = (done: number, tokens: number, time?: number) =>
  ({ event: "progress", step, done, total: 31_000, tokens, ...(time !== undefined && { time }) }) as const;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

it("says how fast a step is and how long it will take, from where its process has begun", () => {
  const speed = followSpeed();
  expect(speed(progress(1000, 0, 50))).toBe(""); // it goes on with 1,000 replies
  expect(speed(progress(1000, 0, 60))).toBe("");
  expect(speed(progress(2000, 81_200, 150))).toBe("812 tokens/s, about 48 min to go");
  expect(speed(progress(30_990, 2_435_160, 3049))).toBe("812 tokens/s, about 1 s to go");
  expect(speed(progress(11_000, 0, 4000))).toBe(""); // another process
  expect(speed(progress(12_000, 50_000, 4500))).toBe("100 tokens/s, about 2 h 38 min to go");
  expect(speed({ event: "progress", step: other, done: 1, total: 2 })).toBe("");
});

/** What is written while events come, each so many seconds after the one before. */
function written(events: [seconds: number, event: StudyEvent][]): string {
  let text = "";
  const out = new Writable({
    write: (chunk, _, next) => {
      text += chunk;
      next();
    },
  });
  const { onEvent, end } = followProgress(out as WriteStream, 2);
  for (const [seconds, event] of events) {
    vi.setSystemTime(Date.now() + 1000 * seconds);
    onEvent(event);
  }
  end();
  return text;
}

it("a step that takes long has a line each minute, and a warning is shown once", () => {
  const text = written([
    [0, { event: "start", step }],
    [1, progress(0, 0)],
    [30, progress(300, 3000)],
    [1, { event: "warning", step, message: "out of memory" }],
    [1, { event: "warning", step: other, message: "out of memory" }],
    [30, progress(600, 6000)],
    [30, progress(900, 9000)],
    [31, progress(1200, 12_000)],
    [1, { event: "done", step }],
  ]);
  expect(text.split("\n")).toEqual([
    "        32 s  llama generates samples: warning: out of memory",
    "        63 s  llama generates samples: 600 of 31000, 97 tokens/s, about 52 min to go",
    "       124 s  llama generates samples: 1200 of 31000, 98 tokens/s, about 51 min to go",
    "[1/2]  125 s  llama generates samples",
    "",
  ]);
});
