import type { Command } from "commander";
import { readPredictions, scoreReplies } from "../answers/index";
import { clustersOf, type Item, loadBenchmark } from "../benchmark/index";
import { WovError } from "../errors";
import { pText, signed } from "../show/index";
import { clusteredBootstrap, comparePaired, detectableDifference } from "../stats/index";
import { checkScorer, READING_ADVICE } from "./score";

interface Given {
  benchmark: string;
  predictions: string[];
  scorer: string;
  textKey?: string;
  allowMissing?: boolean;
  json?: boolean;
}

/** `wov compare`: two files of replies to the same items, item by item. */
export function addCompare(program: Command): void {
  program
    .command("compare")
    .description("compare two files of model replies item by item")
    .requiredOption("--benchmark <file>", "a benchmark in VIVA's format")
    .requiredOption("--predictions <files...>", "two files as for `wov score`: before and after")
    .option("--scorer <name>", "strict, viva or praxis", "strict")
    .option("--text-key <key>", "the key of the model's text, where it is none of the usual ones")
    .option("--allow-missing", "compare on the items that both have")
    .option("--json", "print it as JSON")
    .action(compare);
}

function compare({ benchmark, predictions, scorer: name, json, ...options }: Given): void {
  const scorer = checkScorer(name);
  if (predictions.length !== 2) throw new WovError(`--predictions: expected two files, got ${predictions.length}`, 2);
  const all = loadBenchmark(benchmark);
  const replies = predictions.map((file) => readPredictions(file, all, { ...options, advice: READING_ADVICE }));
  const items = all.filter(({ index }) => replies.every((some) => some.has(index)));
  if (items.length < 2) throw new WovError("the two files have fewer than two items in common", 2);
  const [before, after] = replies.map((some) => scoreReplies(items, ({ index }) => some.get(index)!, scorer));
  const letters = { before: before!.letters, after: after!.letters };
  const right = (side: "before" | "after") => items.map((item, i) => letters[side][i] === item.gold);
  const result = {
    scorer,
    items: items.length,
    missing: all.length - items.length,
    before: { file: predictions[0]!, correct: before!.correct, accuracy: before!.correct / items.length },
    after: { file: predictions[1]!, correct: after!.correct, accuracy: after!.correct / items.length },
    ...paired(items, right("before"), right("after")),
    flips: flips(items, letters, right),
  };
  process.stdout.write(json ? `${JSON.stringify(result, null, 1)}\n` : formatText(result));
}

const SEED = 7;

function paired(items: readonly Item[], before: boolean[], after: boolean[]) {
  const clusters = clustersOf(items);
  const { lost, gained, p, difference } = comparePaired(before, after, clusters);
  const steps = before.map((right, i) => Number(after[i]) - Number(right));
  const { level, low, high } = clusteredBootstrap(steps, clusters, SEED);
  const discordance = (lost + gained) / items.length;
  return {
    difference: difference.mean,
    interval: { level: difference.level, low: difference.low, high: difference.high, method: "cluster-robust" },
    bootstrap: { level, low, high, method: "clustered bootstrap, percentiles", seed: SEED },
    gained,
    lost,
    p,
    /** The smallest difference that such a comparison finds in four of five cases; null where nothing differs. */
    detectable: discordance > 0 ? finite(detectableDifference(items.length, discordance)) : null,
  };
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

function flips(
  items: readonly Item[],
  letters: Record<"before" | "after", (string | null)[]>,
  right: (side: "before" | "after") => boolean[],
) {
  const [was, is] = [right("before"), right("after")];
  const pick = (keep: (i: number) => boolean) =>
    items.flatMap(({ index, gold }, i) =>
      keep(i) ? [{ index, gold, before: letters.before[i]!, after: letters.after[i]! }] : [],
    );
  return { gained: pick((i) => !was[i] && is[i]!), lost: pick((i) => was[i]! && !is[i]) };
}

const MAX_SHOWN = 20;

function formatText(r: {
  items: number;
  missing: number;
  before: { file: string; accuracy: number };
  after: { file: string; accuracy: number };
  difference: number;
  interval: { low: number; high: number };
  bootstrap: { low: number; high: number };
  gained: number;
  lost: number;
  p: number;
  detectable: number | null;
  flips: ReturnType<typeof flips>;
}): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const range = ({ low, high }: { low: number; high: number }) => `${signed(100 * low)} to ${signed(100 * high)}`;
  const list = (some: { index: number }[]) =>
    `${some
      .slice(0, MAX_SHOWN)
      .map(({ index }) => index)
      .join(", ")}${some.length > MAX_SHOWN ? ", …" : ""}`;
  const lines = [
    `${r.items} items${r.missing ? ` (${r.missing} of the benchmark have no prediction in one of the files)` : ""}`,
    `before  ${percent(r.before.accuracy)}  ${r.before.file}`,
    `after   ${percent(r.after.accuracy)}  ${r.after.file}`,
    `difference ${signed(100 * r.difference)} points; 95 % interval ${range(r.interval)} (cluster-robust), ${range(r.bootstrap)} (bootstrap)`,
    `McNemar, exact: p ${pText(r.p)}`,
    r.detectable === null
      ? "The answers do not differ in being right on any item, or on too few to tell."
      : `With this many items that differ, a difference of ${(100 * r.detectable).toFixed(1)} points would be found four times of five.`,
    `now right, wrong before: ${r.gained} items${r.gained ? `: ${list(r.flips.gained)}` : ""}`,
    `now wrong, right before: ${r.lost} items${r.lost ? `: ${list(r.flips.lost)}` : ""}`,
  ];
  return `${lines.join("\n")}\n`;
}
