import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { venvProgram } from "../../lib/process";
import { createRandom } from "../../lib/random";
import { projectRoot } from "../../lib/root";
import {
  clusteredMean,
  compareOverSeeds,
  compareUnpaired,
  detectableDifference,
  holm,
  mcnemarExact,
  tTest,
  wilson,
} from "../../lib/stats/index";

/** Each of our figures beside what scipy or statsmodels gives for the same arguments. */
const pairs: { name: string; given: unknown[]; ours: number[] }[] = [];
const add = (name: string, given: unknown[], ours: number | number[]) =>
  pairs.push({ name, given, ours: [ours].flat() });

const random = createRandom("statistics");
for (const level of [0.9, 0.95, 0.99])
  for (const [k, n] of [
    [0, 10],
    [1, 3],
    [938, 1240],
    [981, 1240],
    [1240, 1240],
  ] as const) {
    const { low, high } = wilson(k, n, level);
    add("wilson", [k, n, level], [low, high]);
  }
for (const [b, c] of [
  [1, 0],
  [5, 5],
  [164, 37],
  [10, 20],
  [400, 500],
  [0, 30],
  [600, 640],
] as const)
  add("mcnemar", [b, c], mcnemarExact(b, c));
for (const size of [1, 4, 21]) {
  const ps = Array.from({ length: size }, () => random.next() ** 4);
  add("holm", [ps], holm(ps));
}
for (const groups of [2, 90, 1167]) {
  const values = Array.from({ length: 1240 }, () => random.int(3) - 1);
  const clusters = values.map((_, i) => i % groups);
  const { mean, low, high } = clusteredMean(values, clusters);
  add("clustered_mean", [values, clusters, 0.95], [mean, low, high]);
}
for (const [a, b] of [
  [938, 981],
  [996, 1031],
  [971, 1002],
  [1, 1200],
] as const) {
  const { p, low, high } = compareUnpaired(a, b, 1240);
  add("z_test", [a, b, 1240], p);
  add("newcombe", [a, b, 1240, 0.95], [low, high]);
}
// The other way round: with the difference that we call detectable, as many items are needed as there are.
for (const [n, discordance] of [
  [1240, 0.16],
  [1240, 0.02],
  [300, 0.3],
] as const)
  add("connor", [detectableDifference(n, discordance), discordance, 0.05, 0.8], n);

for (const [t, degrees] of [
  [0.3, 4],
  [2.776, 4],
  [-5.5, 4.7],
  [9, 30.25],
  [1.96, 1239],
] as const)
  add("t_test", [t, degrees], tTest(t, degrees));
for (const seeds of [2, 5]) {
  const draw = (chance: number) => Array.from({ length: 300 }, () => random.next() < chance);
  const before = draw(0.6);
  const after = Array.from({ length: seeds }, (_, i) => draw(0.65 + 0.02 * i));
  const { mean, both, p } = compareOverSeeds([before], after);
  add("over_seeds", [before, after, 0.95], [mean, both!.low, both!.high, p!]);
}

it("agrees with scipy and statsmodels to 1e-9", () => {
  const root = projectRoot();
  const input = JSON.stringify(pairs.map(({ name, given }) => [name, given]));
  const python = venvProgram(root, "python");
  const theirs: (number | number[])[] = JSON.parse(
    execFileSync(python, [join(root, "test/whole/reference.py")], { input, encoding: "utf8" }),
  );
  const far = pairs.flatMap(({ name, given, ours }, i) =>
    [theirs[i]!].flat().flatMap((value, j) => {
      const off = Math.abs(value - ours[j]!) / Math.max(Math.abs(value), 1e-300);
      return off < 1e-9 || Math.abs(value - ours[j]!) < 1e-15 ? [] : [{ name, given, value, ours: ours[j] }];
    }),
  );
  expect(theirs).toHaveLength(pairs.length);
  expect(far).toEqual([]);
});
