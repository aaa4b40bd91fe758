import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { JobEvent, Runtime } from "../../lib/runtime/index";
import { runSteps, type StudyEvent } from "../../lib/study/schedule";
import { jobStep, makeRuntime } from "./steps";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-reported-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("what a job warns of is told, and stays in the manifests of the steps that it is about", async () => {
  const steps = ["one", "two"].map((name) => jobStep(root, name, "m"));
  const reported: JobEvent[] = [
    { event: "warning", message: "of the model" },
    { event: "environment", torch: "2" },
    { event: "task", task: "one" },
    { event: "settings", task: "one", adapter: "merged" },
    { event: "warning", task: "one", message: "of one" },
    { event: "warning", task: "one", message: "of one" },
    { event: "progress", task: "one", done: 1, total: 2, tokens: 70, time: 12 },
    { event: "done", task: "one", seconds: 1 },
    { event: "task", task: "two" },
    { event: "done", task: "two", seconds: 1 },
  ];
  const runtime: Runtime = {
    ...makeRuntime(1, () => "done"),
    async *follow() {
      yield* reported;
    },
  };
  const events: StudyEvent[] = [];
  await runSteps({ root, runtime, steps, onEvent: (event) => events.push(event) });
  expect(steps.map(({ run }) => run.manifest()!.settings)).toEqual([
    { torch: "2", adapter: "merged", warnings: ["of the model", "of one"] },
    { torch: "2", warnings: ["of the model"] },
  ]);
  const told = events.flatMap((event) => (event.event === "warning" ? [`${event.step.name}: ${event.message}`] : []));
  expect(told).toEqual(["one: of the model", "one: of one", "one: of one"]);
  expect(events).toContainEqual({ event: "progress", step: steps[0], done: 1, total: 2, tokens: 70, time: 12 });
});
