/**
 * Tries the readers with inputs at random: `npx tsx test/fuzz/run.ts COUNT SEED [TARGET [NUMBER]]`, such as
 * `npx tsx test/fuzz/run.ts 100000 1`. With NUMBER, only that input of the target is tried.
 */
import { describe, type Failure, fuzz, targets, tryInput } from "./fuzz";

const [count = "1000", seed = "1", only, number] = process.argv.slice(2);
const MAX_SHOWN = 30;
let shown = 0;

/** Shows failures as they are found, the first of them. */
function show(failures: readonly Failure[]): void {
  for (; shown < Math.min(failures.length, MAX_SHOWN); shown++) console.log(`${describe(seed, failures[shown]!)}\n`);
}

async function main(): Promise<void> {
  const started = performance.now();
  const failures = number === undefined ? await many() : [await one(Number(number))].filter((found) => !!found);
  show(failures);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${number === undefined ? count : 1} inputs with seed ${seed}, ${failures.length} failures, ${seconds} s`,
  );
  process.exitCode = failures.length > 0 ? 1 : 0;
}

async function one(at: number): Promise<Failure | undefined> {
  const target = targets.find(({ name }) => name === only)!;
  return tryInput(seed, target, at);
}

const many = (): Promise<Failure[]> =>
  fuzz(seed, Number(count), {
    only,
    onProgress: (done, failures) => {
      show(failures);
      if (done % 500 === 0) process.stderr.write(`\r${done} of ${count} inputs, ${failures.length} failures`);
      if (done === Number(count)) process.stderr.write("\n");
    },
  });

void main();
