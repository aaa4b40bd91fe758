import { type Likelihoods, type Scorer, scoreReplies } from "../answers/index";
import { clustersOf, type Item } from "../benchmark/index";
import {
  clusteredBootstrap,
  comparePaired,
  detectableDifference,
  type Interval,
  type PairedComparison,
} from "../stats/index";
import { percentText, pText, signed } from "./numbers";
import type { Table } from "./table";

/** An item that is right on one side only, and what each side chose. */
interface Flip {
  index: number;
  gold: string;
  before: string | null;
  after: string | null;
}

/** Two files of replies to the same items, compared item by item. Shares and differences lie between −1 and 1. */
export interface Comparison {
  scorer: Scorer;
  items: number;
  before: { correct: number; accuracy: number };
  after: { correct: number; accuracy: number };
  difference: number;
  interval: Interval & { method: string };
  bootstrap: Interval & { method: string; seed: number };
  gained: number;
  lost: number;
  p: number;
  /** The test that `p` comes from; clustered if the benchmark repeats questions. */
  test: PairedComparison["test"];
  /** The smallest difference that would be found with 80 % power; null if too few items differ to tell. */
  detectable: number | null;
  flips: { gained: Flip[]; lost: Flip[] };
}

const SEED = 7;

/**
 * @param items those with replies on both sides; at least two must be different questions
 * @param likelihoods of both sides, for the scorers that take the most likely option
 */
export function comparePredictions(
  items: readonly Item[],
  replies: readonly [ReadonlyMap<number, string>, ReadonlyMap<number, string>],
  scorer: Scorer,
  likelihoods: readonly [Likelihoods?, Likelihoods?] = [],
): Comparison {
  const sides = replies.map((side, i) =>
    scoreReplies(items, ({ index }) => side.get(index)!, scorer, { likelihoods: likelihoods[i] }),
  );
  const [was, is] = sides.map(({ letters }) => items.map(({ gold }, i) => letters[i] === gold)) as [
    boolean[],
    boolean[],
  ];
  const clusters = clustersOf(items);
  const { lost, gained, p, test, difference } = comparePaired(was, is, clusters);
  const { level, low, high } = clusteredBootstrap(
    items.map((_, i) => Number(is[i]) - Number(was[i])),
    clusters,
    SEED,
  );
  const detectable = lost + gained > 0 ? detectableDifference(items.length, (lost + gained) / items.length) : Infinity;
  const [left, right] = sides.map(({ correct }) => ({ correct, accuracy: correct / items.length }));
  const flips = (keep: (i: number) => boolean) =>
    items.flatMap(({ index, gold }, i): Flip[] =>
      keep(i) ? [{ index, gold, before: sides[0]!.letters[i]!, after: sides[1]!.letters[i]! }] : [],
    );
  return {
    scorer,
    items: items.length,
    before: left!,
    after: right!,
    difference: difference.mean,
    interval: { level: difference.level, low: difference.low, high: difference.high, method: "cluster-robust" },
    bootstrap: { level, low, high, method: "clustered bootstrap, percentiles", seed: SEED },
    gained,
    lost,
    p,
    test,
    detectable: Number.isFinite(detectable) ? detectable : null,
    flips: { gained: flips((i) => !was[i] && is[i]!), lost: flips((i) => was[i]! && !is[i]) },
  };
}

const MAX_SHOWN = 20;

/** A comparison as a table; differences are in percentage points. */
export function comparisonTable(comparison: Comparison): Table {
  const { items, before, after, difference, interval, bootstrap, p, test, detectable, flips } = comparison;
  const range = ({ low, high }: Interval) => `${signed(100 * low)} to ${signed(100 * high)}`;
  const rows = {
    "accuracy before, %": percentText(before.accuracy),
    "accuracy after, %": percentText(after.accuracy),
    "difference, points": signed(100 * difference),
    "95 % interval, cluster-robust": range(interval),
    "95 % interval, bootstrap": range(bootstrap),
    [test === "mcnemar-exact" ? "p, McNemar's exact test" : "p, sign-flip test over clusters"]: pText(p),
    "detectable difference, points": detectable === null ? "–" : (100 * detectable).toFixed(1),
    "right only after: items": flipText(flips.gained),
    "right only before: items": flipText(flips.lost),
  };
  return {
    name: "comparison",
    title: `${items} items, before and after`,
    note: "Detectable difference: the smallest that a comparison with this many differing items finds with 80 % power.",
    columns: [
      { key: "measure", label: "" },
      { key: "value", label: "Value" },
    ],
    rows: Object.entries(rows).map(([measure, value]) => ({ measure, value })),
  };
}

/** "3: 5, 8, 13" */
function flipText(flips: readonly Flip[]): string {
  const shown = flips.slice(0, MAX_SHOWN).map(({ index }) => index);
  return `${flips.length}${shown.length > 0 ? `: ${shown.join(", ")}` : ""}${flips.length > MAX_SHOWN ? ", …" : ""}`;
}
