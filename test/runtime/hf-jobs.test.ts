import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openHfBucket } from "../../lib/runtime/hf-bucket";
import { openHfHub } from "../../lib/runtime/hf-hub";
import { createHfJobsRuntime } from "../../lib/runtime/hf-jobs";
import { type JobEvent, type JobStatus, type Runtime, runtimeSchema, type Ticket } from "../../lib/runtime/index";
import { sha256 } from "../../lib/store/index";
import { HF_TOKEN, type HfStub, startHfStub } from "./hf-stub";
import { jobOf, makeJobProject, runsOf } from "./project";

const project = makeJobProject();
const { root, code } = project;
const endpoint = process.env.HF_ENDPOINT;
let stub: HfStub;
let runtime: Runtime;

const times = { silentMs: 400, settleMs: 600, keepMs: 500, logMs: 300 };

type Differing = { token?: string; code?: string; hours?: number; flavor?: string };
function open({ token = HF_TOKEN, code = project.code, ...config }: Differing = {}): Runtime {
  const given = { kind: "hf-jobs", namespace: "us", threads: 1, dtype: "float32", ...config };
  const secrets: Record<string, string> = token ? { HF_TOKEN: token } : {};
  return createHfJobsRuntime({
    root,
    code,
    secrets,
    config: runtimeSchema.parse(given) as Parameters<typeof createHfJobsRuntime>[0]["config"],
    pollMs: 50,
    times,
  });
}

beforeAll(async () => {
  stub = await startHfStub();
  process.env.HF_ENDPOINT = stub.url;
});
afterAll(async () => {
  if (endpoint === undefined) delete process.env.HF_ENDPOINT;
  else process.env.HF_ENDPOINT = endpoint;
  await stub.close();
  project.remove();
});
beforeEach(() => {
  Object.assign(stub.misbehave, {
    ...{ refuse: undefined, scheduleMs: 0, atOnce: 8, breakLogsAfter: undefined, hangLogs: false },
    ...{ runningStage: "RUNNING", bucketDelayMs: 0 },
  });
  runtime = open();
});

const submit = (...tasks: string[]): Promise<Ticket> => runtime.submit(jobOf(...tasks), runsOf(jobOf(...tasks)));
const file = (task: string) => join(root, `runs/ask/x/${task}.jsonl`);
const records = (task: string) => readFileSync(file(task), "utf8").trim().split("\n").length;
const names = (events: JobEvent[]) => events.map(({ event }) => event);
async function follow(ticket: Ticket, on = runtime): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of on.follow(ticket)) {
    if (event.event === "done") expect(existsSync(file(event.task))).toBe(true);
    events.push(event);
  }
  return events;
}
async function failureOf(ticket: Ticket, on = runtime): Promise<{ kind: string; message: string; events: JobEvent[] }> {
  const events: JobEvent[] = [];
  try {
    for await (const event of on.follow(ticket)) events.push(event);
  } catch (error) {
    const { kind, message } = error as Error & { kind: string };
    return { kind, message, events };
  }
  throw new Error("the job did not fail");
}
const jobsOf = ({ id }: Ticket) => stub.jobs.filter(({ body }) => body.labels["wov-job"] === id);
const statusOf = async ({ id }: Ticket): Promise<JobStatus | undefined> =>
  (await runtime.list(true)).find((job) => job.id === id);
async function until(isSo: () => unknown): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await isSo()) return;
    await sleep(25);
  }
  throw new Error(`waited in vain for ${isSo}`);
}
const WHOLE = ["attempt", "running", "ready", "task", "progress", "done", "end"];

describe("a job", () => {
  it("is sent in one commit, done, and brought here before its done is given", async () => {
    const before = stub.commits();
    const ticket = await submit("good");
    expect(stub.commits()).toBe(before + 1);
    const { body } = jobsOf(ticket)[0]!;
    expect(body).toMatchObject({
      flavor: "a100-large",
      timeoutSeconds: 12 * 3600,
      labels: { "wov-job": ticket.id, "wov-attempt": "1" },
      volumes: [
        { type: "dataset", source: "us/words-over-vision-jobs", revision: ticket.inputs, readOnly: true },
        { type: "bucket", source: "us/words-over-vision-jobs", readOnly: false },
      ],
    });
    expect(names(await follow(ticket))).toEqual(WHOLE);
    expect(records("good")).toBe(1);
    expect(readdirSync(join(root, "runs/jobs"))).toEqual([`${ticket.id}.collected`]);
  });

  it("sends what is there already no second time", async () => {
    writeFileSync(join(root, "runs/ask/x/requests.jsonl"), `${"{}".padEnd(4000)}\n`); // a large file has its own way
    const one = await submit("good-a");
    const uploads = () => stub.requests.filter(({ method }) => method === "PUT").length;
    const before = uploads();
    expect(before).toBeGreaterThan(0);
    const two = await submit("good-b");
    await Promise.all([follow(one), follow(two)]);
    const sent = stub.requests.filter(({ path }) => path.endsWith("/commit/main")).map(({ body }) => body);
    expect(sent.at(-2)).toMatch(/objects\/[0-9a-f]{64}/);
    expect(sent.at(-1)).not.toMatch(/objects|supervise/);
    expect(uploads()).toBe(before);
    expect(records("good-b")).toBe(1);
  });

  it("runs once, whoever submits it, and is given again when it is done", async () => {
    const others = [runtime, open(), open()];
    const job = jobOf("good-twice");
    const tickets: Ticket[] = await Promise.all([...others, runtime].map((one) => one.submit(job, runsOf(job))));
    await Promise.all(others.map((one) => follow(tickets[0]!, one)));
    const ran = jobsOf(tickets[0]!).filter(({ stage }) => stage !== "CANCELED");
    expect(ran).toHaveLength(1);
    rmSync(file("good-twice"));
    const again = await submit("good-twice");
    expect(names(await follow(again))).toEqual(WHOLE);
    expect([again.inputs, records("good-twice")]).toEqual([tickets[0]!.inputs ?? again.inputs, 1]);
    expect((await statusOf(again))?.attempts).toBe(1);
  });

  it("says that it waits, and can be cancelled then and while it runs", async () => {
    stub.misbehave.atOnce = 1;
    const running = await submit("slow-one");
    await until(() => jobsOf(running)[0]?.stage === "RUNNING");
    const waiting = await submit("good-two");
    const events = failureOf(waiting);
    await until(async () => (await statusOf(waiting))?.state === "queued");
    await sleep(100);
    await runtime.cancel(waiting.id);
    expect(await events).toMatchObject({ kind: "cancelled", events: [{ event: "queued" }] });
    const ended = failureOf(running);
    await sleep(600);
    await runtime.cancel(running.id);
    expect((await ended).kind).toBe("cancelled");
    expect((await statusOf(running))?.state).toBe("cancelled");
    stub.misbehave.atOnce = 8;
    expect(names(await follow(await submit("good-two")))).toContain("done"); // it can be begun anew
  });
});

describe("the log's stream", () => {
  it("may break off and begin from the start", async () => {
    stub.misbehave.breakLogsAfter = 4;
    const broken = follow(await submit("slow-broken"));
    await sleep(1000);
    stub.misbehave.breakLogsAfter = 20;
    await sleep(500);
    stub.misbehave.breakLogsAfter = undefined;
    const events = names(await broken);
    expect(events.filter((event) => event !== "progress")).toEqual(WHOLE.filter((event) => event !== "progress"));
    expect(events.filter((event) => event === "progress")).toHaveLength(31);
  });

  it("may hang, or end for good: the bucket has all", async () => {
    stub.misbehave.hangLogs = true;
    expect(names(await follow(await submit("good-hang")))).toEqual(WHOLE);
    stub.misbehave.hangLogs = false;
    stub.misbehave.breakLogsAfter = 2;
    expect(names(await follow(await submit("good-short")))).toEqual(WHOLE);
  });

  it("may be ahead of the bucket", async () => {
    stub.misbehave.bucketDelayMs = 300;
    expect(
      names(await follow(await submit("good-delay", "good-delay-2"))).filter((one) => one === "done"),
    ).toHaveLength(2);
    expect([records("good-delay"), records("good-delay-2")]).toEqual([1, 1]);
  });

  it("goes on in a stage that is not known", async () => {
    stub.misbehave.runningStage = "DEFRAGMENTING";
    expect(names(await follow(await submit("good-stage")))).toEqual(WHOLE);
  });

  it("says that a job gives no sign of life", async () => {
    const impatient = createHfJobsRuntime({
      ...{ root, code, secrets: { HF_TOKEN }, pollMs: 50, times: { ...times, silentMs: 300 } },
      config: runtimeSchema.parse({ kind: "hf-jobs", namespace: "us", threads: 1, dtype: "float32" }) as never,
      silent: { heartbeat: 60, events: 1 },
    });
    const ticket = await impatient.submit(jobOf("hang"), runsOf(jobOf("hang")));
    for await (const event of impatient.follow(ticket)) if (event.event === "silent") break;
    expect((await impatient.list()).find(({ id }) => id === ticket.id)?.silent).toBeGreaterThanOrEqual(1);
    await impatient.cancel(ticket.id);
  });
});

// At the same time, since they take long: none of them needs the stub to misbehave.
describe.concurrent("a job that takes long", () => {
  it("is found when the process that submitted it is gone", async () => {
    const ticket = await submit("slow-found");
    await until(async () => (await statusOf(ticket))?.state === "running");
    const again = open();
    const [found] = (await again.list()).filter(({ id }) => id === ticket.id);
    expect(found).toMatchObject({
      state: "running",
      attempts: 1,
      spec: { runs: { "slow-found": expect.any(String) } },
    });
    expect(names(await follow(found!, again)).at(-1)).toBe("end");
    expect((await again.list()).map(({ id }) => id)).not.toContain(ticket.id);
    const { costUsd = 0, ended = 0, started = 0 } = (await statusOf(ticket))!;
    expect(costUsd).toBeCloseTo((0.0417 * (ended - started)) / 60, 6);
  });
});

describe.concurrent("failures", () => {
  it("are told apart, keep what was done, and are not tried in vain", async () => {
    const tickets = await Promise.all([submit("silent"), submit("memory"), submit("good-before", "fail")]);
    const [noResult, memory, failed] = await Promise.all(tickets.map((ticket) => failureOf(ticket)));
    expect([noResult?.kind, memory?.kind, failed?.kind]).toEqual(["no-result", "memory", "failed"]);
    expect(failed?.message).toContain("it cannot be done");
    expect(records("good-before")).toBe(1);
    expect(names(memory!.events)).not.toContain("retry");
    expect(await statusOf(tickets[1]!)).toMatchObject({ state: "failed", message: expect.stringContaining("CUDA") });
  });

  it("are tried again where that helps, with what was left", async () => {
    const events = await follow(await submit("once"));
    expect(events.filter(({ event }) => event === "attempt" || event === "retry")).toMatchObject([
      { event: "attempt", attempt: 1 },
      { event: "retry", kind: "killed", retry: 1 },
      { event: "attempt", attempt: 2 },
    ]);
    expect(names(events).at(-1)).toBe("end");
  });

  it("by the loss of a machine are tried twice", async () => {
    const ticket = await submit("slow-lost");
    const failure = failureOf(ticket);
    for (let attempt = 1; attempt <= 3; attempt++) {
      await until(() => jobsOf(ticket)[attempt - 1]?.stage === "RUNNING");
      stub.lose(jobsOf(ticket)[attempt - 1]!);
    }
    const { kind, events } = await failure;
    expect([kind, names(events).filter((event) => event === "retry").length]).toEqual(["lost", 2]);
    expect(await statusOf(ticket)).toMatchObject({ state: "lost", attempts: 3 });
  });

  it("by the end of its time say so", async () => {
    const short = open({ hours: 0.0002 });
    const ticket = await short.submit(jobOf("slow-time"), runsOf(jobOf("slow-time")));
    const message = expect.stringContaining("it reached its time limit of 0.0002 hours");
    expect(await failureOf(ticket, short)).toMatchObject({ kind: "time", message });
  });

  it("of pip are not tried again", async () => {
    const other = join(root, "other-code");
    cpSync(code, other, { recursive: true });
    writeFileSync(join(other, "requirements.txt"), "no requirement!!\n");
    const broken = open({ code: other });
    const ticket = await broken.submit(jobOf("good-pip"), runsOf(jobOf("good-pip")));
    const { kind, message, events } = await failureOf(ticket, broken);
    expect([kind, names(events)]).toEqual(["failed", []]);
    expect(message).toContain("pip could not install the requirements");
  });
});

describe("the Hub's refusals say what to do", () => {
  it("without a token nothing is sent", async () => {
    const before = stub.requests.length;
    runtime = open({ token: "" });
    await expect(submit("good-none")).rejects.toThrow(/HF_TOKEN/);
    runtime = open({ token: "sk-other" });
    await expect(runtime.describe()).rejects.toThrow(/begin with hf_/);
    expect(stub.requests).toHaveLength(before);
  });

  it.each([
    [401, /rights/],
    [403, /rights for 'us'.*write to buckets/s],
    [402, /credits/],
  ])("HTTP %i", async (status, message) => {
    stub.misbehave.refuse = { path: /^\/api\/jobs\/us$/, status };
    const error = await submit(`good-${status}`).catch((error) => error);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(HF_TOKEN);
  });

  it("a flavor that is not offered", async () => {
    const before = stub.commits();
    runtime = open({ flavor: "h900" });
    await expect(submit("good-flavor")).rejects.toThrow("no 'h900', but: cpu-basic, a100-large");
    expect(stub.commits()).toBe(before);
  });
});

it("brings folders from the bucket whole or not at all, and nothing from beside them", async () => {
  const bucket = openHfBucket(openHfHub("us", HF_TOKEN), root, "us/words-over-vision-jobs");
  const left = { "runs/train/a/adapter/a.json": "{}", "runs/train/a/adapter/b.bin": "weights", "runs/train/a/x": "x" };
  for (const [path, text] of Object.entries(left)) {
    mkdirSync(dirname(join(stub.bucket, "jobs/f/work", path)), { recursive: true });
    writeFileSync(join(stub.bucket, "jobs/f/work", path), text);
  }
  const hashes = Object.fromEntries(Object.entries(left).map(([path, text]) => [path, sha256(text)]));
  const folder = "runs/train/a/adapter";
  const here = () => readdirSync(join(root, "runs/train/a"), { recursive: true }).sort();
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "old.json"), "{}");
  const later = { ...hashes, [`${folder}/b.bin`]: sha256("later weights") };
  expect(await bucket.collect("f", [folder], later)).toBe(false);
  expect(here()).toEqual(["adapter", "adapter/old.json"]);
  const outside = { [`${folder}/../../../../out`]: sha256("x"), "../out": sha256("x") };
  expect(await bucket.collect("f", [folder, "../out"], { ...hashes, ...outside })).toBe(true);
  expect(here()).toEqual(["adapter", "adapter/a.json", "adapter/b.bin"]);
  const asked = stub.requests.length;
  expect(await bucket.collect("f", [folder], hashes)).toBe(true);
  expect(stub.requests).toHaveLength(asked); // they are here already
});

it("says what the hardware is and costs", async () => {
  const { gpus, cores, usdPerHour, notes } = await runtime.describe();
  expect([gpus, cores]).toEqual([["A100, 80 GB"], 12]);
  expect(usdPerHour).toBeCloseTo(2.502);
  expect(notes.join()).toContain("2.50 USD an hour, paid by us");
  expect(await runtime.slots()).toBe(8);
});

it("keeps secrets out of all but the field for them", async () => {
  const ticket = await submit("rubbish");
  await follow(ticket);
  const { text, offset } = await runtime.log(ticket.id, 0);
  expect(text).toContain("red");
  for (const secret of ["hf_abc", "\u001b"]) expect(text).not.toContain(secret);
  expect(await runtime.log(ticket.id, offset)).toEqual({ text: "", offset });
  const bodies = stub.requests.map(({ path, body }) => {
    if (!/^\/api\/jobs\/us$/.test(path) || body === "") return path + body;
    const { secrets, ...rest } = JSON.parse(body);
    expect(secrets).toEqual({ HF_TOKEN });
    return JSON.stringify(rest);
  });
  expect(bodies.join()).not.toContain(HF_TOKEN);
  expect(stub.jobs.flatMap(({ log }) => log).join()).not.toContain(HF_TOKEN);
});
