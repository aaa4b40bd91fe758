import { WovError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { batchLines } from "./batch-lines";
import { benchmarkFiles } from "./benchmark-files";
import { predictionFiles } from "./prediction-files";
import { profiles } from "./profiles";
import { replies } from "./replies";
import { sampleFiles } from "./sample-files";
import { sampleReplies } from "./sample-replies";
import { Fault, type Input, type Target } from "./target";

export const targets: readonly Target[] = [
  replies,
  sampleReplies,
  predictionFiles,
  benchmarkFiles,
  batchLines,
  profiles,
  sampleFiles,
];

const MAX_MS = 100;
/** A slow input is read again, since the machine may have been busy; the quickest counts. */
const TRIES = 4;

/** An input for which something is wrong. */
export interface Failure {
  target: string;
  number: number;
  what: string;
  input: string;
}

/** Reads one input of a target and checks the result. The seed, the target and the number determine the input. */
export async function tryInput(seed: string, target: Target, number: number): Promise<Failure | undefined> {
  const input = target.make(createRandom("fuzz", seed, target.name, number));
  const fail = (what: string): Failure => ({ target: target.name, number, what, input: input.text });
  try {
    const ms = await quickest(input);
    return ms > MAX_MS ? fail(`took ${Math.round(ms)} ms`) : undefined;
  } catch (error) {
    if (error instanceof Fault) return fail(error.message);
    return fail(`threw ${(error as Error)?.stack ?? error}`);
  }
}

/** The time to read an input in milliseconds, of several times if the first is slow. */
async function quickest(input: Input): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES && best > MAX_MS; i++) {
    let [result, wrong]: [unknown, WovError | undefined] = [undefined, undefined];
    const started = process.cpuUsage(); // no clock: the machine may do something else meanwhile
    try {
      result = await input.read();
    } catch (error) {
      if (!(error instanceof WovError)) throw error;
      wrong = error;
    }
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) / 1000);
    if (i === 0) input.check(result, wrong);
  }
  return best;
}

/** Tries `count` inputs, divided among the targets by their weights. */
export async function fuzz(
  seed: string,
  count: number,
  {
    only,
    onProgress = () => {},
  }: { only?: string; onProgress?(done: number, failures: readonly Failure[]): void } = {},
): Promise<Failure[]> {
  const chosen = targets.filter(({ name }) => only === undefined || name === only);
  const random = createRandom("fuzz", seed);
  const numbers = new Map(chosen.map((target) => [target, 0]));
  const failures: Failure[] = [];
  for (let done = 1; done <= count; done++) {
    const target = random.weighted(chosen.map((one) => [one, one.weight] as const));
    const number = numbers.get(target)!;
    numbers.set(target, number + 1);
    const failure = await tryInput(seed, target, number);
    if (failure) failures.push(failure);
    onProgress(done, failures);
  }
  return failures;
}

/** A failure for people, with the command that repeats it. */
export const describe = (seed: string, { target, number, what, input }: Failure): string =>
  `${target} ${number}: ${what}\n  input: ${JSON.stringify(input).slice(0, 1500)}\n` +
  `  again: npx tsx test/fuzz/run.ts 1 ${seed} ${target} ${number}`;
