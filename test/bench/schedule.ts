import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { planStudy } from "../../lib/plan/index";
import { openStudy } from "../../lib/study/index";
import type { Measured, Planning, Scheduling } from "./schedule-worker";
import { type Conditions, type Simulation, simulate } from "./simulate";
import { type Grid, PAPER, plannedSteps } from "./studies";

/** The study's schedule at scale. Everything is simulated or calculated but `ms` and `peakRssMb`. */
export interface ScheduleTimes {
  /** Many steps on many workers, of which some are lost. `ms` and `peakRssMb` are those of scheduling them. */
  large: Measured & Simulation & Pick<Conditions, "workers" | "lossRate">;
  /**
   * The paper's grid with five seeds on some numbers of cards; each step takes what the plan reckons. `mode` is how
   * GPT-4o is asked: a batch is assumed to take a day.
   */
  paper: (Simulation & { workers: number; mode: Mode })[];
  card: string;
  /** Opening a study of many steps and looking up the state of each. */
  planning: Measured & Planning;
}

type Mode = "batch" | "live";

/** Large models: a minute and a half to load one, a minute until the loss of a machine is noticed. */
const LARGE: Conditions = { workers: 64, startUp: 90, lossRate: 0.02, noticed: 60, seed: 1 };
/** Seeds that make 10,000 steps: in a grid of 36 trainings, each with its prediction; in the paper's profile. */
const SEEDS = { grid: 139, paper: 134 };

export async function benchSchedule(root: string, seeds = SEEDS): Promise<ScheduleTimes> {
  const folder = mkdtempSync(join(tmpdir(), "wov-schedule-"));
  try {
    const grid: Grid = { ...PAPER, seeds: seeds.grid };
    const large = await apart<Scheduling>(root, { folder, grid, conditions: LARGE });
    const many = paperProfile(root, folder, seeds.paper);
    const planning = await apart<Planning>(root, { root, profile: many });
    const { workers, lossRate } = LARGE;
    return { large: { workers, lossRate, ...large }, ...(await benchPaper(root, folder)), planning };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchPaper(root: string, folder: string): Promise<Pick<ScheduleTimes, "paper" | "card">> {
  const paper: ScheduleTimes["paper"] = [];
  let card = "";
  for (const mode of ["batch", "live"] as const) {
    const plan = await planStudy(openStudy(paperProfile(root, folder, 5, mode), root));
    const steps = plannedSteps(plan);
    card = plan.card.label;
    for (const workers of [1, 8, 64])
      paper.push({ workers, mode, ...(await simulate(folder, steps, { ...LARGE, workers, lossRate: 0 })) });
  }
  return { paper, card };
}

/** A copy of the paper's profile with some seeds, all sizes of every source, and H100 cards. */
function paperProfile(root: string, folder: string, seeds: number, mode: Mode = "batch"): string {
  const profile = parse(readFileSync(join(root, "data/profiles/paper.yaml"), "utf8"));
  profile.training.seeds = Array.from({ length: seeds }, (_, i) => i + 1);
  profile.runtime.card = "h100";
  profile.sources["gpt-4o"].mode = mode;
  delete profile.sources.released.sizes;
  const file = join(folder, `paper-${seeds}-${mode}.yaml`);
  writeFileSync(file, stringify(profile));
  return file;
}

/** A process of its own, so that its memory is that of the work alone. */
async function apart<T>(root: string, given: object): Promise<Measured & T> {
  const args = ["--require", "tsx/cjs", join(root, "test/bench/schedule-worker.ts"), JSON.stringify(given)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [message] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (message === null || typeof message === "number") throw new Error(`the benchmark's worker ended with ${message}`);
  return message;
}
