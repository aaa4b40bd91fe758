import { comparePaired, holm, meanOf, type PairedComparison, wilson } from "../stats/index";
import {
  type AnswerResults,
  type Cell,
  cellKey,
  type ItemFacts,
  placeOf,
  type Result,
  rotationOf,
} from "../study/index";
import type { Figure } from "./figure";
import { percentText, pText, rangeText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";
import { stateText, subjectsOf } from "./variants";

/*
 * Option rotation: each item is asked with its options in every cyclic order, so each option stands at each place once.
 * What a model chooses for its place, and not for what it says, is right in some orders alone.
 */

/** The answers of a model to an item, in all orders. */
interface ItemInOrders {
  item: ItemFacts;
  /** The letters of the item's own order, from each order in which it was asked; null if unparsed. */
  letters: (string | null)[];
  /** The places, from 0, of the choice and of the right option in each order; −1 if there is none. */
  places: { chosen: number; gold: number }[];
}

/** A model in all orders of the options. */
interface InOrders {
  cell: Cell;
  items: ItemInOrders[];
}

const isRotation = ({ variant }: Cell) => rotationOf(variant) > 0;

/** The models that are asked in all orders, each as its plain cell. */
const rotated = (results: AnswerResults): Cell[] => subjectsOf(results, results.cells.filter(isRotation));

/** The answers of a model in all orders; undefined if a result is missing. Items count that each order has seen. */
function inOrders(results: AnswerResults, cell: Cell): InOrders | undefined {
  const orders = [cell, ...results.cells.filter((one) => isRotation(one) && isOf(cell, one))];
  const found = orders.map((one) => results.get(one));
  if (found.some((result) => result === undefined)) return undefined;
  const all = found as Result[];
  const items = results.items.flatMap((item) => {
    const seen = all.filter(({ letters }) => letters.has(item.index));
    return seen.length === item.options.length ? [answersTo(item, seen)] : [];
  });
  return { cell, items };
}

const isOf = (plain: Cell, cell: Cell) => cellKey({ ...cell, variant: "plain" }) === cellKey(plain);

function answersTo(item: ItemFacts, seen: readonly Result[]): ItemInOrders {
  const letters = seen.map((result) => result.letters.get(item.index)!);
  const places = seen.map(({ cell: { variant } }, i) => ({
    chosen: letters[i] === null ? -1 : placeOf(item, letters[i]!, variant),
    gold: placeOf(item, item.gold, variant),
  }));
  return { item, letters, places };
}

const rightIn = ({ item, letters }: ItemInOrders) => letters.filter((letter) => letter === item.gold).length;
const isRightInAll = (one: ItemInOrders) => rightIn(one) === one.letters.length;
const isSameInAll = ({ letters }: ItemInOrders) => letters[0] !== null && new Set(letters).size === 1;
const shareOf = <T>(values: readonly T[], holds: (value: T) => boolean) => values.filter(holds).length / values.length;

/** Of how many items all orders are right before and after training, compared item by item. */
interface AllRightComparison extends PairedComparison {
  adjustedP: number;
}

/** For each trained model, the comparison with the same one before training; p is corrected by Holm over all. */
function compareAllRight(results: AnswerResults): Map<string, AllRightComparison> {
  const pairs = rotated(results).flatMap((cell): [string, PairedComparison][] => {
    if (!cell.trained) return [];
    const { trained: _, ...plain } = cell;
    const [before, after] = [inOrders(results, plain), inOrders(results, cell)];
    if (!before || !after) return [];
    const wasRight = new Map(before.items.map((one) => [one.item.index, isRightInAll(one)]));
    const both = after.items.filter(({ item }) => wasRight.has(item.index));
    const clusters = both.map(({ item }) => results.clusters.get(item.index));
    if (new Set(clusters).size < 2) return [];
    const were = both.map(({ item }) => wasRight.get(item.index)!);
    return [[cellKey(cell), comparePaired(were, both.map(isRightInAll), clusters)]];
  });
  const adjusted = holm(pairs.map(([, { p }]) => p));
  return new Map(pairs.map(([key, compared], i) => [key, { ...compared, adjustedP: adjusted[i]! }]));
}

/** Accuracy when all orders must be right, beside that of the order as given. */
export function rotationTable(results: AnswerResults): Table {
  const compared = compareAllRight(results);
  return {
    name: "rotation",
    title: "Option rotation. Is an answer right in every order of the options?",
    note:
      "Each item was asked with its options in every cyclic order, so that the right one stood at each place once. " +
      "Interval: Wilson, 95 %. Gain: points over the same model before training, right in all orders; p by McNemar's " +
      `exact test, or a sign-flip test if questions repeat, with Holm's correction. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "state", label: "Training" },
      { key: "items", label: "Items", numeric: true },
      { key: "given", label: "Order as given, %", numeric: true },
      { key: "mean", label: "Mean over orders, %", numeric: true },
      { key: "all", label: "Right in all orders, %", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "none", label: "Right in no order, %", numeric: true },
      { key: "same", label: "Same choice in all orders, %", numeric: true },
      { key: "gain", label: "Gain, all orders right" },
    ],
    rows: rotated(results).map((cell) => ({
      model: results.labels.models[cell.model]!,
      state: stateText(results, cell),
      ...rotationCells(inOrders(results, cell)),
      gain: cell.trained ? gainText(compared.get(cellKey(cell))) : "",
    })),
  };
}

const gainText = (compared: AllRightComparison | undefined) =>
  compared ? `${signed(100 * compared.difference.mean)} (p ${pText(compared.adjustedP)})` : NOT_THERE;

function rotationCells(found: InOrders | undefined) {
  if (!found || found.items.length === 0) {
    const keys = ["items", "given", "mean", "all", "interval", "none", "same"];
    return Object.fromEntries(keys.map((key) => [key, NOT_THERE]));
  }
  const { items } = found;
  const all = items.filter(isRightInAll).length;
  return {
    items: items.length,
    given: percentText(shareOf(items, ({ item, letters }) => letters[0] === item.gold)),
    mean: percentText(meanOf(items.map((one) => rightIn(one) / one.letters.length))),
    all: percentText(all / items.length),
    interval: rangeText(wilson(all, items.length)),
    none: percentText(shareOf(items, (one) => rightIn(one) === 0)),
    same: percentText(shareOf(items, isSameInAll)),
  };
}

/** How often the option at each place is chosen, and how often a model is right when the right option stands there. */
function byPlace({ items }: InOrders): { chosen: number; right: number }[] {
  const answers = items.flatMap(({ places }) => places);
  const count = Math.max(0, ...items.map(({ item }) => item.options.length));
  return Array.from({ length: count }, (_, place) => ({
    chosen: shareOf(answers, ({ chosen }) => chosen === place),
    right: shareOf(
      answers.filter(({ gold }) => gold === place),
      ({ chosen }) => chosen === place,
    ),
  }));
}

/** Choices and accuracy by the place of an option, over all orders. */
export function placesTable(results: AnswerResults): Table {
  const rows = rotated(results).map((cell) => {
    const found = inOrders(results, cell);
    return { cell, places: found && found.items.length > 0 ? byPlace(found) : undefined };
  });
  const count = Math.max(0, ...results.items.map(({ options }) => options.length));
  const keys = Array.from({ length: count }, (_, place) => String(place + 1));
  return {
    name: "places",
    title: "Option rotation. Does the place of an option matter?",
    note:
      "Over all orders, each option stands at each place equally often: a model that reads the options alone chooses each " +
      `place equally often, and is right equally often wherever the right option stands. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "state", label: "Training" },
      { key: "what", label: "Share, %" },
      ...keys.map((key) => ({ key, label: `Place ${key}`, numeric: true })),
      { key: "spread", label: "Highest − lowest", numeric: true },
    ],
    rows: rows.flatMap(({ cell, places }) =>
      (["chosen", "right"] as const).map((what) => {
        const shares = places?.map((place) => place[what]);
        return {
          model: results.labels.models[cell.model]!,
          state: stateText(results, cell),
          what: what === "chosen" ? "chosen" : "right, of those where the right option is there",
          ...Object.fromEntries(keys.map((key, i) => [key, shares ? percentText(shares[i]!, 1) : NOT_THERE])),
          spread: shares ? spreadOf(shares).toFixed(1) : NOT_THERE,
        };
      }),
    ),
  };
}

/** In points. */
const spreadOf = (shares: readonly number[]) => 100 * (Math.max(...shares) - Math.min(...shares));

/** The same as a figure: accuracy over the place of the right option, before and after training. */
export function placesFigure(results: AnswerResults): Figure {
  const cells = rotated(results);
  const models = [...new Set(cells.map(({ model }) => model))];
  const series = (cell: Cell) => {
    const found = inOrders(results, cell);
    const places = found && found.items.length > 0 ? byPlace(found) : [];
    return {
      name: cell.trained ? "after training" : "before training",
      points: places.map(({ right }, i) => ({ x: i + 1, y: Number(percentText(right)) })),
    };
  };
  return {
    name: "places",
    title: "Option rotation: accuracy by the place of the right option, before and after training",
    note: `Each item in every cyclic order of its options. ${results.evidence}`,
    kind: "lines",
    x: "place of the right option",
    xMin: 1,
    y: "accuracy, %",
    panels: models.map((model) => ({
      title: results.labels.models[model]!,
      series: cells.filter((cell) => cell.model === model).map(series),
    })),
  };
}

/** What rotation shows, in sentences; "" while its numbers are not there. */
export function rotationText(results: AnswerResults): string {
  const compared = compareAllRight(results);
  const found = rotated(results).flatMap((cell) => inOrders(results, cell) ?? []);
  const all = ({ items }: InOrders) => `${percentText(shareOf(items, isRightInAll), 1)} %`;
  const label = ({ model }: Cell) => results.labels.models[model]!;
  const said = found.flatMap((before) => {
    if (before.cell.trained || before.items.length === 0) return [];
    const after = found.find(({ cell }) => cell.trained && cell.model === before.cell.model);
    const change = after && compared.get(cellKey(after.cell));
    if (!after || !change) return [`${label(before.cell)} ${all(before)}`];
    const points = signed(100 * change.difference.mean);
    return [
      `${label(before.cell)} ${all(before)} before and ${all(after)} after training (${points} points, p ${pText(change.adjustedP)})`,
    ];
  });
  if (said.length === 0) return "";
  const spreads = (trained: boolean) =>
    found
      .filter(({ cell, items }) => items.length > 0 && (cell.trained !== undefined) === trained)
      .map((one) => spreadOf(byPlace(one).map(({ right }) => right)));
  return [
    `Right in all orders of the options: ${said.join("; ")}.`,
    `From the best place of the right option to the worst, accuracy falls by ${pointsOf(spreads(false))} points before training` +
      `${spreads(true).length > 0 ? ` and by ${pointsOf(spreads(true))} after it` : ""}.`,
  ].join(" ");
}

const pointsOf = (values: readonly number[]) => {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(1));
  return low === high ? low! : `${low} to ${high}`;
};
