import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import type { Job, JobEvent } from "../../lib/runtime/index";
import { makeProject } from "./project";
import { mountSmallDisk, type SmallDisk } from "./small-disk";

const REPLIES = 24;
const STEPS = 24;
const BATCH = 2;

type Event = JobEvent | { event: "end" } | { event: "failed"; message: string };

/** What a job did before it ended or was killed. */
interface Done {
  events: Event[];
  /** "killed": its process group was, when it was told to. */
  end: "killed" | "done" | { failed: string };
}

const root = makeProject();
let disk: SmallDisk | undefined;
let whole: Record<string, string>;
/** The first of the disturbed runs, which is beside the undisturbed one to save time. */
let first: Done;

const file = (folder: string, name: string) => join(root, "runs", folder, name);
const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** A prediction, then a training with a checkpoint after each step; what they leave lies in a folder under runs/. */
function jobIn(folder: string): Job {
  const path = (name: string) => join("runs", folder, name);
  const layout = { microBatch: null, gradientCheckpointing: null, packing: "auto", processes: 1 } as const;
  const settings = { rank: 4, alpha: 8, dropout: 0.1, learningRate: 1e-3, epochs: 2, batch: BATCH, seed: 7, warmup: 0 };
  const [requests, train] = ["runs/questions.jsonl", "runs/train.jsonl"];
  return {
    model: "data/pocket/models/qwen2-vl",
    revision: null,
    dtype: "float32",
    date: "26 Jul 2024",
    threads: 1,
    tasks: [
      { kind: "predict", name: "ask", requests, records: path("records.jsonl"), adapter: null, batch: BATCH },
      {
        ...{ kind: "train", name: "train", train, validation: null, adapter: path("adapter"), log: path("log.jsonl") },
        ...{ checkpointSeconds: 0 },
        settings: { ...settings, ...layout, scheduler: "cosine", loss: "answer", keep: "last" },
      },
    ],
  };
}

/** Runs the job in a process group of its own, which is killed with -9 as soon as `killWhen` is true of an event. */
async function run(folder: string, killWhen: (event: Event) => boolean = () => false): Promise<Done> {
  mkdirSync(join(root, "runs", folder), { recursive: true });
  const params = JSON.stringify({ root, job: jobIn(folder) });
  const args = ["--import", "tsx", join(projectRoot(), "test/whole/job-worker.ts"), params];
  const child: ChildProcess = spawn(process.execPath, args, { cwd: projectRoot(), detached: true });
  const events: Event[] = [];
  let killed = false;
  for await (const line of createInterface({ input: child.stdout! })) {
    events.push(JSON.parse(line));
    if (killed || !killWhen(events.at(-1)!)) continue;
    killed = true;
    process.kill(-child.pid!, "SIGKILL");
  }
  const last = events.at(-1)!;
  return { events, end: killed ? "killed" : last.event === "failed" ? { failed: last.message } : "done" };
}

const reached =
  (task: string, done: number) =>
  (event: Event): boolean =>
    event.event === "progress" && event.task === task && event.done >= done;

/** The files that a job is for, by name; bytes as text, to be compared. */
const results = (folder: string): Record<string, string> =>
  Object.fromEntries(
    ["records.jsonl", "log.jsonl", "adapter/adapter_model.safetensors"].map((name) => [
      name,
      existsSync(file(folder, name)) ? readFileSync(file(folder, name), "latin1") : "",
    ]),
  );

const repliesIn = (folder: string) => results(folder)["records.jsonl"]!.split("\n").length - 1;

beforeAll(async () => {
  mkdirSync(join(root, "runs"), { recursive: true });
  const prompt = (i: number) => `${"Look. ".repeat(i % 7)}A man is lost.\nA. Help him.\nB. Leave.\nC. Call somebody.\n`;
  const requests = Array.from({ length: REPLIES }, (_, i) => ({
    custom_id: `${i}`,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "m", messages: [{ role: "user", content: prompt(i) }], max_tokens: 24, temperature: 1, seed: i },
  }));
  const samples = Array.from({ length: STEPS }, (_, i) => ({
    prompt: [{ role: "user", content: prompt(i) }],
    completion: [{ role: "assistant", content: "ABC"[i % 3] }],
  }));
  writeFileSync(join(root, "runs/questions.jsonl"), lines(requests));
  writeFileSync(join(root, "runs/train.jsonl"), lines(samples));
  disk = mountSmallDisk(join(root, "runs/disturbed"), "8m");
  const [undisturbed, disturbed] = await Promise.all([run("undisturbed"), run("disturbed", reached("ask", 4))]);
  expect(undisturbed.end).toBe("done");
  whole = results("undisturbed");
  first = disturbed;
});
afterAll(() => {
  disk?.unmount();
  rmSync(root, { recursive: true, force: true });
});

it("a job that is killed with -9 in the midst of a prediction keeps its replies", () => {
  expect(first.end).toBe("killed");
  expect(repliesIn("disturbed")).toBeGreaterThanOrEqual(4);
  expect(repliesIn("disturbed")).toBeLessThan(REPLIES);
  expect(whole["records.jsonl"]).toContain(results("disturbed")["records.jsonl"]!.split("\n")[0]);
});

it("a job that fills the disk while it writes replies says so, and keeps those that it had", async (context) => {
  if (!disk) return context.skip("a small disk cannot be mounted here");
  const before = repliesIn("disturbed");
  disk.fill(4096);
  const { end, events } = await run("disturbed");
  disk.clear();
  expect(end).toMatchObject({ failed: expect.stringMatching(/No space left .*Free some space/s) });
  expect(events.some(reached("ask", before + 1))).toBe(true); // it had replied to more before the disk was full
  expect(repliesIn("disturbed")).toBeGreaterThan(before);
  expect(repliesIn("disturbed")).toBeLessThan(REPLIES);
});

it("a job that is killed with -9 in the midst of a training leaves a checkpoint", async () => {
  expect((await run("disturbed", reached("train", 5))).end).toBe("killed");
  expect(results("disturbed")["records.jsonl"]).toBe(whole["records.jsonl"]);
  expect(existsSync(file("disturbed", "adapter.checkpoint"))).toBe(true);
  expect(existsSync(file("disturbed", "adapter"))).toBe(false);
});

it("a training whose disk is full goes on without checkpoints, and fails only where it cannot write the adapter", async (context) => {
  if (!disk) return context.skip("a small disk cannot be mounted here");
  disk.fill();
  const { end, events } = await run("disturbed");
  disk.clear();
  const begin = events.find((event) => event.event === "progress" && event.task === "train") as { done: number };
  expect(begin.done).toBeGreaterThanOrEqual(4); // from the checkpoint
  expect(end).toMatchObject({ failed: expect.stringMatching(/disk|space|written/i) });
  expect(existsSync(file("disturbed", "adapter"))).toBe(false);
  expect(existsSync(file("disturbed", "adapter.checkpoint"))).toBe(true);
});

it("after all this the same job ends with the same replies, log and adapter as one that nothing disturbed", async () => {
  expect((await run("disturbed")).end).toBe("done");
  expect(results("disturbed")).toEqual(whole);
  expect(readdirSync(join(root, "runs/disturbed")).filter((name) => name.includes("checkpoint"))).toEqual([]);
});
