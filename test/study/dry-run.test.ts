import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Request } from "../../lib/ask/index";
import { venvProgram } from "../../lib/process";
import { captionPrompt, generationPrompt, PAPER_QUESTION } from "../../lib/prompts/index";
import { projectRoot } from "../../lib/root";
import type { Job } from "../../lib/runtime/index";
import { toRunName } from "../../lib/store/index";
import { openStudy, type Step } from "../../lib/study/index";
import type { PromptCompletion } from "../../lib/synthesis/index";
import { type Ended, start } from "../whole/project";
import { makeScratch } from "./scratch";

const ITEMS = 10;
/** Loaded into the process: notes each attempt to connect to anything, and lets none succeed. */
const GUARD = `
const net = require("node:net");
const { appendFileSync } = require("node:fs");
net.Socket.prototype.connect = function (...to) {
  appendFileSync(process.env.GUARD_LOG, JSON.stringify(to) + "\\n");
  throw new Error("this process connects to nothing");
};`;

/** Reads each line of a file as the file of a job, and prints the names of the tasks. */
const READ_JOBS = `
import json, sys
from pathlib import Path
from job_file import read_job
lines, one = Path(sys.argv[1]), Path(sys.argv[2])
for line in lines.read_text(encoding="utf8").splitlines():
    one.write_text(line, encoding="utf8")
    print(json.dumps([task["name"] for task in read_job(one)["tasks"]]))
`;

const linesOf = <T>(file: string): T[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
const textOf = ({ body }: Request): string => {
  const { content } = body.messages[0]!;
  return typeof content === "string"
    ? content
    : content.map((part) => (part.type === "text" ? part.text : "")).join("");
};

let root: string;
let guard: string;
beforeAll(() => {
  root = makeScratch();
  guard = mkdtempSync(join(tmpdir(), "wov-guard-"));
  writeFileSync(join(guard, "guard.cjs"), GUARD);
});
afterAll(() => {
  for (const folder of [root, guard]) rmSync(folder, { recursive: true });
});

describe.each(["paper", "small"])("the dry run of %s", (name) => {
  let ended: Ended;
  let folder: string;
  let steps: Step[];
  const ofKind = (kind: string) => steps.filter(({ run }) => run.spec.step === kind);
  const requestsOf = (step: Step) => linesOf<Request>(join(folder, `${toRunName(step.name)}.requests.jsonl`));
  const linesFor = (step: Step) => linesOf<PromptCompletion>(join(folder, `${toRunName(step.name)}.train.jsonl`));
  const asking = (which: RegExp) => ofKind("ask").filter((step) => which.test(step.name));
  const textsOf = (which: RegExp) => asking(which).flatMap((step) => requestsOf(step).map(textOf));

  beforeAll(async () => {
    folder = join(root, `dry-${name}`);
    steps = openStudy(name, root).layout.steps;
    ended = await start(root, ["study", "--profile", name, "--dry-run", folder], {
      NODE_OPTIONS: `--require ${join(guard, "guard.cjs")}`,
      GUARD_LOG: join(guard, "connections"),
      OPENAI_API_KEY: "",
      HF_TOKEN: "",
    }).ended;
  });

  it("says what was made, and that nothing was sent", () => {
    const [asked, trained] = [ofKind("ask").length, ofKind("train").length];
    const jobs = steps.filter(({ work }) => work.kind === "job").length;
    expect(ended).toEqual({
      code: 0,
      stdout: `${folder}: ${ITEMS * asked} requests of ${asked} steps, ${ITEMS * trained} training lines of ${trained} trainings, ${jobs} jobs. Nothing was sent.\n`,
      stderr: "",
    });
  });

  it("connects to nothing, and writes nothing else", () => {
    expect(existsSync(join(guard, "connections"))).toBe(false);
    expect([
      existsSync(join(root, "runs")),
      existsSync(join(root, "data/viva")),
      existsSync(join(root, "report")),
    ]).toEqual([false, false, false]);
  });

  it("leaves a file for each step that asks or trains, and one for all jobs", () => {
    const expected = [
      ...ofKind("ask").map((step) => `${toRunName(step.name)}.requests.jsonl`),
      ...ofKind("train").map((step) => `${toRunName(step.name)}.train.jsonl`),
      "jobs.jsonl",
    ];
    expect(readdirSync(folder).sort()).toEqual(expected.sort());
  });

  it("makes ten requests for each step, in the form of OpenAI's batch files", () => {
    for (const step of ofKind("ask")) {
      const requests = requestsOf(step);
      expect(new Set(requests.map(({ custom_id }) => custom_id)).size).toBe(ITEMS);
      for (const { method, url, body } of requests) {
        expect([method, url]).toEqual(["POST", "/v1/chat/completions"]);
        const { model, messages, max_tokens, temperature, ...rest } = body;
        expect(model).toMatch(/^[\w.-]+$/);
        expect(messages.map(({ role }) => role)).toEqual(["user"]);
        const generates = step.group === "synthesis";
        expect([max_tokens, temperature]).toEqual(generates ? [4096, 1] : [/describes/.test(step.name) ? 128 : 64, 0]);
        expect(Object.keys(rest)).toEqual(generates ? ["seed"] : []);
      }
    }
  });

  it("shows a picture where one is decided on or described, and only there", () => {
    for (const step of ofKind("ask"))
      for (const { body } of requestsOf(step)) {
        const { content } = body.messages[0]!;
        const pictures = typeof content === "string" ? [] : content.filter(({ type }) => type === "image_url");
        expect(pictures).toHaveLength(/pictures/.test(step.name) ? 1 : 0);
      }
  });

  it("asks in the paper's words", () => {
    const options = "(?:[A-E]\\. .+\\n)+";
    for (const text of textsOf(/decides on pictures/))
      expect(text).toMatch(
        new RegExp(`^Based on the image provided, ${PAPER_QUESTION}\\n\\n${options}\\nJust output the choice:$`),
      );
    for (const text of textsOf(/describes the pictures/)) expect(text).toBe(captionPrompt());
    for (const text of textsOf(/decides on captions/))
      expect(text).toMatch(
        new RegExp(
          "^Given a human-centered situation, and a list of potential actions as responses to handle the situation, " +
            `${PAPER_QUESTION}\\n\\n#\\[Situation\\]: .+\\n\\n#\\[Action List\\]:\\n${options}\\nJust output the choice:$`,
        ),
      );
    const [before, after] = generationPrompt("SEEDS").split("SEEDS") as [string, string];
    for (const text of textsOf(/generates samples/)) {
      expect([text.slice(0, before.length), text.slice(-after.length)]).toEqual([before, after]);
      expect(JSON.parse(text.slice(before.length, -after.length))).toHaveLength(10);
    }
    expect(textsOf(/decides on (pictures|captions)|describes|generates/)).toHaveLength(
      ITEMS * (ofKind("ask").length - asking(/answers the teacher's questions/).length),
    );
  });

  it("trains on the paper's prompt with the sample's own question, and a letter", () => {
    for (const step of ofKind("train")) {
      const lines = linesFor(step);
      expect(lines).toHaveLength(ITEMS);
      for (const { prompt, completion } of lines) {
        expect([prompt, completion].map((messages) => messages.map(({ role }) => role))).toEqual([
          ["user"],
          ["assistant"],
        ]);
        const { content } = prompt[0]!;
        expect(content).toMatch(
          /^Given a human-centered situation, .+\n\n#\[Situation\]: .+\n\n#\[Action List\]:\nA\. /,
        );
        expect(content).toMatch(/\n\nJust output the choice:$/);
        expect(content).not.toContain(PAPER_QUESTION);
        expect(completion[0]!.content).toMatch(/^[A-E]$/);
      }
    }
  });

  it("makes jobs that the program beside the GPU takes", () => {
    const { status, stdout, stderr } = spawnSync(
      venvProgram(projectRoot(), "python"),
      ["-c", READ_JOBS, join(folder, "jobs.jsonl"), join(guard, "job.json")],
      { encoding: "utf8", env: { ...process.env, PYTHONPATH: join(projectRoot(), "remote") } },
    );
    expect([status, stderr]).toEqual([0, ""]);
    const tasks = stdout
      .trim()
      .split("\n")
      .flatMap((line) => JSON.parse(line) as string[]);
    expect(tasks).toEqual(steps.filter(({ work }) => work.kind === "job").map((step) => step.name));
    const jobs = linesOf<Job>(join(folder, "jobs.jsonl"));
    for (const { model, revision, dtype } of jobs) {
      expect(model).toMatch(/^[\w-]+\/[\w.-]+$/);
      expect(revision).toMatch(/^[0-9a-f]{40}$/);
      expect(dtype).toBe("bfloat16");
    }
    for (const task of jobs.flatMap((job) => job.tasks)) {
      if (task.kind === "train")
        expect(task.settings).toMatchObject({ rank: 32, alpha: 16, dropout: 0.05, epochs: 3, batch: 32 });
      if (task.kind === "predict" && /trained on/.test(task.name))
        expect(task.adapter).toMatch(/^runs\/train\/.+\/adapter$/);
    }
  });
});

it("a part alone makes what that part needs, and a wrong part makes nothing", async () => {
  const folder = join(root, "dry-part");
  const run = (part: string) => start(root, ["study", "--profile", "small", "--only", part, "--dry-run", folder]).ended;
  expect(await run("plot")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--only plot: expected one of pilot"),
  });
  expect(existsSync(folder)).toBe(false);
  const { code, stdout } = await run("pilot");
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(": 50 requests of 5 steps, 0 training lines of 0 trainings, 5 jobs."),
  ]);
});
