import { openStudy } from "../../lib/study/index";
import { type Conditions, type Simulation, simulate } from "./simulate";
import { type Grid, gridSteps } from "./studies";

/** What the work took. */
export interface Measured {
  ms: number;
  peakRssMb: number;
}
export type Scheduling = Simulation;
export interface Planning {
  steps: number;
}

type Given =
  | { folder: string; grid: Grid; conditions: Conditions }
  /** `profile` is a file. */
  | { root: string; profile: string };

const work = async (given: Given): Promise<Scheduling | Planning> =>
  "grid" in given
    ? simulate(given.folder, gridSteps(given.grid), given.conditions)
    : { steps: openStudy(given.profile, given.root).plan().length };

async function main(): Promise<void> {
  const given = JSON.parse(process.argv[2]!) as Given;
  const started = performance.now();
  const result = await work(given);
  const ms = Math.round(performance.now() - started);
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.send!({ ms, peakRssMb, ...result } satisfies Measured & (Scheduling | Planning), () => process.exit(0));
}

void main();
