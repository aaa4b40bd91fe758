import type { Item } from "../benchmark/index";
import { type Scorer, scorers } from "./scorers";

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
export function scoreReplies(items: readonly Item[], reply: (item: Item) => string, scorer: Scorer = "strict"): Scores {
  const letters = items.map((item) => scorers[scorer](reply(item), item.options));
  return {
    items: items.length,
    correct: items.filter((item, i) => letters[i] === item.gold).length,
    unread: letters.filter((letter) => letter === null).length,
    letters,
  };
}
