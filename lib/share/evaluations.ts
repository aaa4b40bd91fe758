import { join } from "node:path";
import { scoreReplies } from "../answers/index";
import { textsById } from "../ask/index";
import { auditBenchmark, clustersOf, type Item } from "../benchmark/index";
import { pText, rangeText, signed, type Table } from "../show/index";
import { comparePaired, wilson } from "../stats/index";
import { hashInId, hashOf, openRun } from "../store/index";
import { asShown, rotationOf, type Variant } from "../study/index";
import { type FinishedRun, parentsOf } from "./find";

/** How an adapter's model answered a benchmark, and the same model without it. */
export interface Evaluation {
  benchmark: FinishedRun;
  /** How each item was shown. */
  variant: Variant;
  after: FinishedRun;
  /** Absent if the model was not asked the same before training. */
  before: FinishedRun | undefined;
}

/** All finished evaluations of an adapter, first those with the items' own pictures. */
export function evaluationsOf(runs: readonly FinishedRun[], train: FinishedRun): Evaluation[] {
  const asked = runs.filter(({ spec }) => spec.step === "ask");
  const bySetting = new Map(asked.map((run) => [setting(run), run]));
  const all = asked.flatMap((after) => {
    const parents = parentsOf(runs, after.manifest);
    const benchmark = parents.find(({ spec }) => spec.step === "benchmark");
    if (!benchmark || !parents.some(({ id }) => id === train.id)) return [];
    const { variant = "plain" } = after.spec.spec as { variant?: Variant };
    return [{ benchmark, variant, after, before: bySetting.get(setting(after, train)) }];
  });
  return all.sort((a, b) => Number(b.variant === "plain") - Number(a.variant === "plain"));
}

/** What determines a run of answers, without the adapter. */
function setting({ spec: { spec, parents } }: FinishedRun, train?: FinishedRun): string {
  const { backend, ...rest } = spec as { backend: { adapter?: string } };
  const { adapter, ...plain } = backend;
  const hashes = parents.map(hashInId);
  return train
    ? hashOf({ ...rest, backend: plain, parents: hashes.filter((hash) => hash !== hashInId(train.id)) })
    : hashOf({ ...rest, backend, parents: hashes });
}

/** Accuracy before and after training, with intervals, and the difference on the items that both answered. */
export function evaluationTable(root: string, evaluations: readonly Evaluation[]): Table {
  return {
    name: "evaluations",
    title: "Accuracy on pictures, %, before and after training on text alone",
    note:
      "Before, After: with Wilson's 95 % interval; an unparsed reply counts as wrong. Points: the difference on the " +
      "items that both answered, with a 95 % interval that allows for repeated questions. p: exact McNemar test, or " +
      "a sign-flip test over clusters if questions repeat; not corrected for the number of rows.",
    columns: [
      { key: "benchmark", label: "Benchmark" },
      { key: "variant", label: "Picture" },
      { key: "items", label: "Items", numeric: true },
      { key: "before", label: "Before", numeric: true },
      { key: "after", label: "After", numeric: true },
      { key: "points", label: "Points", numeric: true },
      { key: "p", label: "p", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
      { key: "run", label: "Run" },
    ],
    rows: evaluations.map((evaluation) => evaluationRow(root, evaluation)),
  };
}

const PICTURES: Partial<Record<Variant, string>> = {
  plain: "its own",
  "shuffled-picture": "another item's",
  "no-picture": "none",
  "gold-situation": "none, but the benchmark's sentence",
};

const pictureText = (variant: Variant) => PICTURES[variant] ?? `its own, options moved by ${rotationOf(variant)}`;

function evaluationRow(root: string, { benchmark, variant, after, before }: Evaluation): Table["rows"][number] {
  const items = readItems(root, benchmark);
  const shown = asShown(items, variant);
  const is = scored(root, after, shown);
  const was = before && scored(root, before, shown);
  return {
    benchmark: benchmark.manifest.name,
    variant: pictureText(variant),
    items: is.right.size,
    before: was ? accuracyText(was) : "not asked",
    after: accuracyText(is),
    ...(was ? differenceCells(items, was, is) : { points: "", p: "" }),
    unparsed: is.unparsed,
    run: after.id,
  };
}

/** Whether each item that was asked is answered right, by index. */
interface Scored {
  right: Map<number, boolean>;
  unparsed: number;
}

function scored(root: string, run: FinishedRun, all: readonly Item[]): Scored {
  const texts = textsById(openRun(root, run.spec).records(), run.id);
  const items = all.filter(({ index }) => texts.has(String(index)));
  const { letters, unparsed } = scoreReplies(items, ({ index }) => texts.get(String(index))!);
  return { right: new Map(items.map(({ index, gold }, i) => [index, letters[i] === gold])), unparsed };
}

/** "74.19 (71.69–76.55)" */
function accuracyText({ right }: Scored): string {
  const correct = [...right.values()].filter(Boolean).length;
  return `${((100 * correct) / right.size).toFixed(2)} (${rangeText(wilson(correct, right.size))})`;
}

function differenceCells(all: readonly Item[], was: Scored, is: Scored): { points: string; p: string } {
  const clusters = clustersOf(all);
  const both = all.flatMap(({ index }, i) =>
    was.right.has(index) && is.right.has(index) ? [{ index, cluster: clusters[i] }] : [],
  );
  if (new Set(both.map(({ cluster }) => cluster)).size < 2) return { points: "", p: "" };
  const of = ({ right }: Scored) => both.map(({ index }) => right.get(index)!);
  const { difference, p } = comparePaired(
    of(was),
    of(is),
    both.map(({ cluster }) => cluster),
  );
  const [mean, low, high] = [difference.mean, difference.low, difference.high].map((share) => signed(100 * share));
  return { points: `${mean} (${low} to ${high})`, p: pText(p) };
}

function readItems(root: string, benchmark: FinishedRun): Item[] {
  const run = openRun(root, benchmark.spec);
  run.verify();
  const { asPublished } = benchmark.spec.spec as { asPublished?: boolean };
  return auditBenchmark(join(root, run.path("benchmark.json")), join(root, run.path("images")), { asPublished }).items;
}
