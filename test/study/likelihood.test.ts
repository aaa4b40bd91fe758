import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readRecords } from "../../lib/store/index";
import { openStudy, runStep } from "../../lib/study/index";
import type { JobWork } from "../../lib/study/step";
import { SMALL } from "../whole/project";
import { alone, makeScratch } from "./scratch";

const root = makeScratch();
afterAll(() => rmSync(root, { recursive: true }));

/** The study of a small profile with other decoding settings. */
function open(decoding: string) {
  const file = join(root, "own.yaml");
  writeFileSync(file, SMALL.replace("items: 48", "items: 5").replace("batch: 64 }", `batch: 64${decoding} }`));
  const study = openStudy(file, root);
  const named = (name: RegExp) => study.layout.steps.find((step) => name.test(step.name))!;
  return { study, named, taskOf: (name: RegExp) => (named(name).work as JobWork).task() };
}

it("decisions are asked with the file of their options, and nothing else is", async () => {
  const { study, named, taskOf } = open(", likelihood: text");
  await runStep(study.layout.benchmark, alone());
  const step = named(/decides on pictures$/);
  (step.work as JobWork).prepare();
  const file = step.run.path("options.jsonl");
  const lines = study.results().items.map(({ index, options }) => ({
    custom_id: String(index),
    letters: options.map(({ letter }) => letter),
    texts: options.map(({ text }) => text),
  }));
  expect(lines).toHaveLength(5);
  expect(readRecords(join(root, file))).toEqual(lines);
  expect(taskOf(/decides on pictures$/)).toMatchObject({ likelihood: "text", options: file });
  expect(taskOf(/decides on captions$/)).toMatchObject({ likelihood: "text" });
  for (const name of [/describes the pictures$/, /^qwen2 generates samples$/, /answers the teacher's questions$/])
    expect(taskOf(name)).not.toHaveProperty("likelihood");
});

it("a limit of tokens is a setting of all jobs that ask; without both, tasks are as before", () => {
  for (const name of [/decides on pictures$/, /describes the pictures$/, /^qwen2 generates samples$/]) {
    expect(open(", batch_tokens: 9000").taskOf(name)).toMatchObject({ tokens: 9000 });
    const keys = Object.keys(open("").taskOf(name)).sort();
    expect(keys).toEqual(["adapter", "batch", "kind", "name", "records", "requests"]);
  }
});
