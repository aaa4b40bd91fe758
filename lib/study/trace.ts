import { join } from "node:path";
import {
  checkRun,
  hashInId,
  listRunIds,
  type Manifest,
  type Problem,
  type RunState,
  streamRecords,
} from "../store/index";
import type { Step } from "./step";
import type { Study } from "./study";

/** A random seed of a run, and where in its spec it stands. */
export interface TracedSeed {
  use: string;
  seed: number;
}

/** A run on the way to a number, with every file compared with its manifest. */
export interface TracedRun {
  /** Its folder in runs/; ends with the hash of all that determines its result. */
  id: string;
  /** "qwen2-vl decides on pictures"; of a run of another study, its own name. */
  name: string;
  state: RunState;
  /** What is wrong, if its state is "damaged". */
  problems: Problem[];
  /** Ids of the runs that it was made from. */
  needs: string[];
  seeds: TracedSeed[];
  /** SHA-256 of the seed questions that a source was shown. */
  seedQuestions?: string;
  /** The training file of the run above that was trained on it, such as "train-500.jsonl". */
  trainingFile?: string;
  /** Id of the first sample in it. */
  sample?: string;
  /** Absent unless the run is complete and unchanged. */
  manifest?: Manifest;
}

/**
 * Runs and all runs that they were made from, each once, a run before those that it needs.
 *
 * @throws WovError if there is no run with such an id
 */
export function traceRuns({ root, layout }: Pick<Study, "root" | "layout">, ids: readonly string[]): TracedRun[] {
  const steps = new Map(layout.steps.map((step) => [hashInId(step.run.id), step]));
  const onDisk = new Map(listRunIds(root).map((id) => [hashInId(id), id]));
  const traced = new Map<string, TracedRun>();
  const visit = (wanted: string, trainingFile?: string): void => {
    const hash = hashInId(wanted);
    const found = traced.get(hash);
    if (found) {
      if (trainingFile && !found.trainingFile)
        Object.assign(found, { trainingFile, sample: firstSample(root, found, trainingFile) });
      return;
    }
    const step = steps.get(hash);
    const run = traceRun(root, step?.run.id ?? onDisk.get(hash) ?? wanted, step);
    traced.set(hash, { ...run, ...(trainingFile && { trainingFile, sample: firstSample(root, run, trainingFile) }) });
    const file = (run.manifest?.spec as { file?: unknown } | undefined)?.file;
    for (const need of run.needs)
      visit(need, run.id.startsWith("train/") && typeof file === "string" ? file : undefined);
  };
  for (const id of ids) visit(id);
  return [...traced.values()];
}

/** Own labels have no ids: they are answers to the questions of samples. */
function firstSample(root: string, { id, manifest }: TracedRun, trainingFile: string): string | undefined {
  if (!manifest || !(trainingFile in manifest.files)) return undefined;
  const { value } = streamRecords<{ id?: string }>(join(root, "runs", id, trainingFile)).next();
  return value?.id;
}

function traceRun(root: string, id: string, step: Step | undefined): TracedRun {
  const check = checkRun(root, id, true);
  const manifest = check.state === "done" ? check.manifest : undefined;
  const spec = manifest?.spec ?? step?.run.spec.spec;
  const seedQuestions = (spec as { seeds?: unknown } | undefined)?.seeds;
  return {
    id,
    name: step?.name ?? id.slice(id.indexOf("/") + 1, id.lastIndexOf("-")),
    state: check.state,
    problems: check.state === "damaged" ? check.problems : [],
    needs: step?.needs.map(({ run }) => run.id) ?? manifest?.parents ?? [],
    seeds: seedsIn(id, spec),
    ...(typeof seedQuestions === "string" && { seedQuestions }),
    ...(manifest && { manifest }),
  };
}

/** The keys of specs that hold a random seed, and what it decides. */
const SEEDS: Record<string, string> = {
  "settings.seed": "training",
  generationSeed: "generation",
  balance: "balance of letters",
  "split.seed": "division into sets",
  seed: "choice of other pictures",
};

const seedsIn = (id: string, spec: unknown): TracedSeed[] =>
  Object.entries(SEEDS).flatMap(([path, use]) => {
    const value = path
      .split(".")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], spec ?? {});
    return typeof value === "number"
      ? [{ use: id.startsWith("benchmark/") ? "drawing of the items" : use, seed: value }]
      : [];
  });

/** The id of a run by its id, its folder or its hash; undefined if a text names none. */
export function findRun(root: string, text: string): string | undefined {
  const path = text.replace(/\/+$/, "");
  return listRunIds(root).find((id) => path === id || path === hashInId(id) || join("/", path).endsWith(`/runs/${id}`));
}
