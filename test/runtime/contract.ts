import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import type { JobEvent, JobStatus, Runtime, RuntimeConfig, Ticket } from "../../lib/runtime/index";
import { type OpenOptions, openRuntime } from "../../lib/runtime/open";
import { jobOf, makeJobProject, runsOf } from "./project";

/** A runtime that is ready for jobs. */
export interface Place {
  config: RuntimeConfig;
  options?: OpenOptions;
  /** Ends whatever belongs to it. */
  stop(): Promise<void>;
}

/** What differs between runtimes for good reasons. */
export interface Kind {
  /** How many jobs it runs at the same time. */
  atOnce: number;
  /** Sets the runtime up; says why if that cannot be done on this machine. */
  start(project: { root: string; code: string }): Promise<Place | { skipped: string }>;
}

const POLL_MS = 400;
export const TOKEN = "planted-token-0123456789";

/** What every runtime has to do, shown with made-up jobs. */
export function describeContract(name: string, { atOnce, start }: Kind): void {
  describe(`jobs on ${name}`, () => {
    const project = makeJobProject();
    const { root, code } = project;
    let place: Place;
    let options: OpenOptions;
    let runtime: Runtime;
    let skipped: string | undefined;

    beforeAll(async () => {
      process.env.WOV_TEST_TOKEN = TOKEN;
      const started = await start(project);
      if ("skipped" in started) skipped = started.skipped;
      else {
        place = started;
        options = { code, pollMs: POLL_MS, ...place.options };
        runtime = await openRuntime(root, place.config, options);
      }
    }, 180_000);
    afterAll(async () => {
      await place?.stop();
      project.remove();
    }, 120_000);

    /** A test that is shown as skipped, with the reason, where the runtime cannot be had. */
    const test = (title: string, run: () => Promise<void>) =>
      it(title, async (context) => {
        if (skipped !== undefined) return context.skip(skipped);
        await run();
      });

    const submit = (...tasks: string[]): Promise<Ticket> => {
      const job = jobOf(...tasks);
      return runtime.submit(job, runsOf(job));
    };
    const follow = async (ticket: Ticket, on = runtime): Promise<JobEvent[]> => {
      const events: JobEvent[] = [];
      for await (const event of on.follow(ticket)) events.push(event);
      return events;
    };
    const failureOf = async (...tasks: string[]) => {
      const events: JobEvent[] = [];
      try {
        for await (const event of runtime.follow(await submit(...tasks))) events.push(event);
      } catch (error) {
        return { ...(error as { kind: string; message: string }), message: (error as Error).message, events };
      }
      throw new Error("the job did not fail");
    };
    const statusOf = async ({ id }: Ticket): Promise<JobStatus | undefined> =>
      (await runtime.list(true)).find((job) => job.id === id);
    const until = async (ticket: Ticket, state: JobStatus["state"]): Promise<void> => {
      for (let i = 0; i < 150; i++) {
        if ((await statusOf(ticket))?.state === state) return;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      throw new Error(`the job is ${(await statusOf(ticket))?.state}, not ${state}`);
    };
    const records = (task: string) => readFileSync(join(root, `runs/ask/x/${task}.jsonl`), "utf8").split("\n");
    const names = (events: JobEvent[]) => events.map(({ event }) => event);

    test("says what it has", async () => {
      const { notes } = await runtime.describe();
      expect(notes.join()).not.toBe("");
      expect(await runtime.slots()).toBeGreaterThan(0);
    });

    test("does a job, says where, and has brought its results when it is done", async () => {
      const events = await follow(await submit("good", "good-2"));
      const wanted = ["attempt", "running", "ready", "task", "progress", "done", "task", "progress", "done", "end"];
      expect(names(events).filter((event) => event !== "queued")).toEqual(wanted);
      expect(events.find(({ event }) => event === "attempt")).toMatchObject({ attempt: 1, host: expect.any(String) });
      expect([records("good").length, records("good-2").length]).toEqual([2, 2]);
    });

    test("does a job once that is submitted twice, and gives it again when it is done", async () => {
      const [first, second] = await Promise.all([submit("good-twice"), submit("good-twice")]);
      expect(first.id).toBe(second.id);
      await Promise.all([follow(first), follow(second)]);
      await follow(await submit("good-twice"));
      expect(records("good-twice").length).toBe(2);
      expect((await statusOf(first))?.attempts).toBe(1);
    });

    test("goes on with a job whose submitter was killed", async () => {
      const given = { root, config: place.config, options, task: "slow-orphan" };
      const child = startSubmitter(given);
      await printed(child, /"progress"/);
      process.kill(child.pid!, "SIGKILL");
      const again = await openRuntime(root, place.config, options);
      const [job] = (await again.list()).filter(({ spec }) => Object.values(spec.runs)[0]?.includes("slow-orphan"));
      expect(job).toMatchObject({ state: "running", attempts: 1, host: expect.any(String) });
      const events = await follow(job!, again);
      expect(names(events).filter((event) => event === "attempt")).toHaveLength(1);
      expect(records("slow-orphan").length).toBe(2);
    });

    test("ends a running job and a waiting one that are cancelled", async () => {
      const running = await Promise.all(Array.from({ length: atOnce }, (_, i) => submit(`hang-running-${i}`)));
      for (const ticket of running) await until(ticket, "running");
      const waiting = await submit("hang-waiting");
      await until(waiting, "queued");
      await runtime.cancel(waiting.id);
      await expect(follow(waiting)).rejects.toThrow(/cancelled/);
      for (const ticket of running) await runtime.cancel(ticket.id);
      for (const ticket of running) await expect(follow(ticket)).rejects.toThrow(/cancelled/);
      expect(existsSync(join(root, "runs/ask/x/hang-waiting.jsonl"))).toBe(false);
    });

    test("drops rubbish, escape codes and secrets from what a job prints", async () => {
      const ticket = await submit("rubbish");
      await follow(ticket);
      const { text } = await runtime.log(ticket.id, 0);
      expect(text).toContain("red");
      expect(text).not.toContain("\u001b");
      expect(text + JSON.stringify(await statusOf(ticket))).not.toMatch(/planted-token|hf_abcdefgh/);
    });

    test("tells apart how jobs fail, keeps what they have done, and does not try in vain", async () => {
      const [noResult, memory, disk, failed] = await Promise.all([
        failureOf("silent"),
        failureOf("memory"),
        failureOf("disk"),
        failureOf("good-before", "fail"),
      ]);
      expect([noResult.kind, memory.kind, disk.kind, failed.kind]).toEqual(["no-result", "memory", "disk", "failed"]);
      expect(noResult.message).toContain("these tasks were not done: silent");
      expect(memory.message).toContain("Take a card with more memory, or a smaller batch");
      expect(failed.message).toContain("it cannot be done");
      expect(names(memory.events)).not.toContain("retry");
      expect(records("good-before").length).toBe(2);
    });

    test("tries a job again that was killed, at most twice", async () => {
      const events = await follow(await submit("once"));
      expect(names(events).filter((event) => event === "attempt" || event === "retry")).toEqual([
        "attempt",
        "retry",
        "attempt",
      ]);
      const { kind, events: all } = await failureOf("killed");
      expect([kind, names(all).filter((event) => event === "attempt").length]).toEqual(["killed", 3]);
    });

    test("begins a failed job again when it is submitted again", async () => {
      expect((await failureOf("second")).kind).toBe("failed");
      expect(names(await follow(await submit("second")))).toContain("done");
    });

    test("reports a job that gives no sign of life", async () => {
      const impatient = await openRuntime(root, place.config, { ...options, silent: { heartbeat: 60, events: 1 } });
      const job = jobOf("hang");
      const ticket = await impatient.submit(job, runsOf(job));
      for await (const event of impatient.follow(ticket)) {
        if (event.event !== "silent") continue;
        expect(event.seconds).toBeGreaterThan(1);
        break;
      }
      expect((await impatient.list()).find(({ id }) => id === ticket.id)?.silent).toBeGreaterThan(1);
      await runtime.cancel(ticket.id);
      await expect(follow(ticket)).rejects.toThrow(/cancelled/);
    });
  });
}

const startSubmitter = (given: object): ChildProcess =>
  spawn(
    join(projectRoot(), "node_modules/.bin/tsx"),
    [join(projectRoot(), "test/runtime/submit.ts"), JSON.stringify(given)],
    {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );

/** Resolves when a process has printed something. */
const printed = (child: ChildProcess, wanted: RegExp): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = "";
    child.stdout!.on("data", (data) => {
      text += data;
      if (wanted.test(text)) resolve();
    });
    child.on("exit", (code) => reject(new Error(`it ended with ${code} before: ${text}`)));
  });
