import type { Item } from "../benchmark/index";
import { readStrict } from "./strict";

/** What replies to a benchmark's items are worth. */
export interface Scores {
  items: number;
  correct: number;
  /** Replies from which no choice could be read; they count as wrong. */
  unread: number;
  /** The choice read for each item, in the items' order. */
  letters: (string | null)[];
}

/** Scores one reply an item; `reply` gives an item's. */
export function scoreReplies(items: readonly Item[], reply: (item: Item) => string): Scores {
  const letters = items.map((item) => readStrict(reply(item), item.options));
  return {
    items: items.length,
    correct: items.filter((item, i) => letters[i] === item.gold).length,
    unread: letters.filter((letter) => letter === null).length,
    letters,
  };
}
