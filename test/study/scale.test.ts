import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClock } from "../bench/clock";
import { type Conditions, type SimulatedStep, simulate } from "../bench/simulate";
import { gridSteps, PAPER, POCKET } from "../bench/studies";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wov-scale-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const STEADY: Conditions = { workers: 1, startUp: 0, lossRate: 0, noticed: 60, seed: 1 };
const train = (name: string, seconds: number, needs: string[] = []): SimulatedStep => ({
  name,
  model: "m",
  kind: "train",
  seconds,
  needs,
});

describe("the schedule of a simulated study", () => {
  it("is nearly as short as can be: hundreds of steps, of which some are lost", async () => {
    const conditions = { ...STEADY, workers: 8, startUp: 90, lossRate: 0.02 };
    const result = await simulate(folder, gridSteps({ ...PAPER, seeds: 5 }), conditions);
    expect(result).toMatchObject({ steps: 360, commands: 1 });
    expect(result.losses).toBeGreaterThan(0);
    expect(result.ratio).toBeGreaterThanOrEqual(1);
    expect(result.ratio).toBeLessThan(1.1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is nearly as short as can be: the pocket study in two slots, although a start takes as long as a task", async () => {
    const { ratio, jobs } = await simulate(folder, gridSteps(POCKET), { ...STEADY, workers: 2, startUp: 8 });
    expect(ratio).toBeLessThan(1.1);
    expect(jobs).toBeLessThanOrEqual(12);
  });

  it("has small jobs on many workers, since all wait for the longest at the end", async () => {
    const steps = gridSteps({ ...PAPER, seeds: 5 });
    const { jobs, shares } = await simulate(folder, steps, { ...STEADY, workers: 64, startUp: 90 });
    expect(jobs).toBeGreaterThan(2 * 64);
    expect(shares.idle).toBeLessThan(0.3);
  });

  it("waits for a step at an endpoint, while other steps run", async () => {
    const ask: SimulatedStep = { name: "ask", kind: "ask", seconds: 1000, needs: [] };
    const steps = [ask, train("after", 100, ["ask"]), ...[1, 2, 3].map((i) => train(`beside ${i}`, 100))];
    expect(await simulate(folder, steps, STEADY)).toMatchObject({ makespan: 1100, chain: 1100, ratio: 1 });
  });

  it("counts a start per job, and only one in the lower bound", async () => {
    const steps = [1, 2, 3, 4, 5, 6, 7].map((i) => train(`step ${i}`, 100));
    expect(await simulate(folder, steps, { ...STEADY, startUp: 50 })).toMatchObject({
      jobs: 2,
      makespan: 800,
      bound: 750,
    });
  });

  it("is done by a further command where a job was lost too often", async () => {
    const steps = [1, 2, 3, 4].flatMap((i) => [train(`train ${i}`, 100), train(`then ${i}`, 100, [`train ${i}`])]);
    const { commands, losses } = await simulate(folder, steps, { ...STEADY, lossRate: 0.7 });
    expect(commands).toBeGreaterThan(1);
    expect(losses).toBeGreaterThan(3);
  });
});

describe("a clock whose time passes at once", () => {
  it("rings in order, and tells the time", async () => {
    const clock = createClock();
    const rung: number[] = [];
    const wait = async (seconds: number) => {
      await clock.sleep(seconds);
      rung.push(clock.now());
    };
    await clock.run(Promise.all([5, 1, 3, 4, 2].map((days) => wait(86_400 * days))));
    expect(rung.map((seconds) => seconds / 86_400)).toEqual([1, 2, 3, 4, 5]);
  });

  it("refuses to wait for ever", async () => {
    await expect(createClock().run(new Promise(() => {}))).rejects.toThrow("waits for something else than the clock");
  });
});
