import { basename } from "node:path";
import { groupBy } from "../count";
import type { Item } from "./item";
import { NOT_A_NUMBER } from "./python-json";
import { ALPHABET, answerInText, type Row } from "./row";

/** What can be wrong with a benchmark's item. */
export const faultKinds = {
  nan: "a bare NaN, which is not JSON",
  "null-answer": "no answer given",
  "missing-gold-option": "the right option is not among the options",
  "label-mismatch": "option letters that are not A, B, C … in order",
  "answer-conflict": "answer and action_answer name different options",
  "shared-picture": "one file name for pictures from different addresses",
  "category-brackets": "the category is in brackets",
  repeat: "the same situation and options as another item",
} as const;
export type FaultKind = keyof typeof faultKinds;

/** A fault of an item, and how it was repaired. */
export interface Fault {
  index: number;
  kind: FaultKind;
  /** What the file says. */
  detail: string;
  /** What the kit reads instead, and from where; null if the fault cannot be repaired. */
  repaired: string | null;
}

/** Reads each bare NaN of a row as null, and records it as a fault. */
export function readNaN(row: unknown): { row: unknown; faults: Fault[] } {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return { row, faults: [] };
  const { index } = row as { index: number };
  const faults = Object.entries(row).flatMap(([key, value]): Fault[] =>
    value === NOT_A_NUMBER ? [{ index, kind: "nan", detail: `${key} is NaN`, repaired: "read as null" }] : [],
  );
  const entries = Object.entries(row).map(([key, value]) => [key, value === NOT_A_NUMBER ? null : value]);
  return { row: Object.fromEntries(entries), faults };
}

/** The faults of a row, given the item that was read from it. */
export function faultsOf(row: Row, item: Item): Fault[] {
  const letters = row.action_list.map((option) => option.letter).join("");
  const stated = answerInText(row.action_answer ?? "");
  const found: [FaultKind, string, string | null][] = [];
  if (row.answer === null) found.push(["null-answer", "answer is null", `${item.gold}, from action_answer`]);
  if (row.answer !== null && stated !== undefined && stated !== row.answer)
    found.push([
      "answer-conflict",
      `answer is ${row.answer}, action_answer says ${stated}`,
      `${row.answer}, from answer`,
    ]);
  if (!letters.includes(item.gold))
    found.push([
      "missing-gold-option",
      `the answer is ${item.gold}, the options are ${[...letters].join(", ")}`,
      item.options.some(({ letter }) => letter === item.gold) ? `option ${item.gold}, from action_answer` : null,
    ]);
  if (!ALPHABET.startsWith(letters))
    found.push(["label-mismatch", `the options are ${[...letters].join(", ")}`, "matched by letter, not by position"]);
  if (row.category !== item.category) found.push(["category-brackets", row.category, item.category]);
  return found.map(([kind, detail, repaired]) => ({ index: item.index, kind, detail, repaired }));
}

/**
 * For each item, the index of the first item with the same situation and options. Answers to such items are not
 * independent, so intervals treat them as one cluster.
 */
export function clustersOf(items: readonly Item[]): number[] {
  const first = new Map<string, number>();
  return items.map((item) => {
    const question = JSON.stringify([item.situation, item.options]);
    if (!first.has(question)) first.set(question, item.index);
    return first.get(question)!;
  });
}

/** Items that repeat an earlier one. */
export function repeats(items: readonly Item[]): Fault[] {
  const clusters = clustersOf(items);
  return items.flatMap(({ index }, i): Fault[] =>
    clusters[i] === index
      ? []
      : [{ index, kind: "repeat", detail: `asks the same as item ${clusters[i]}`, repaired: "one cluster with it" }],
  );
}

/** The items whose picture's file is also named by an item with another address: only one of the pictures can be there. */
export function sharedPictures(items: readonly Item[]): Item[] {
  const byFile = groupBy(items, ({ image }) => basename(image).toLowerCase()); // some disks ignore case
  const isShared = (some: readonly Item[]) => new Set(some.map(({ imageUrl }) => imageUrl)).size > 1;
  return [...byFile.values()].filter(isShared).flat();
}

/** Sharing a picture's file name, as a fault of each item. */
export function sharedPictureFaults(items: readonly Item[]): Fault[] {
  const shared = sharedPictures(items);
  return shared.map(({ index, image }) => {
    const file = basename(image);
    const others = shared.filter((one) => basename(one.image).toLowerCase() === file.toLowerCase());
    const indices = others.map((one) => one.index).join(", ");
    const detail = `${file} is the picture of items ${indices}, which have different addresses`;
    return { index, kind: "shared-picture", detail, repaired: "not fetched" };
  });
}
