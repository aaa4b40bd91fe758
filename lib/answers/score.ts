import type { Item } from "../benchmark/index";
import { readJudge } from "./judge";
import { type Scorer, scorers } from "./scorers";

/** What replies to a benchmark's items are worth. */
export interface Scores {
  items: number;
  correct: number;
  /** Replies from which no choice could be read; they count as wrong. */
  unparsed: number;
  /** The choice read for each item, in the items' order. */
  letters: (string | null)[];
}

/** What a judge said of items' replies, by item index; see `judgePrompt`. */
export type Verdicts = ReadonlyMap<number, string>;

/**
 * Scores one reply an item; `reply` gives an item's.
 *
 * @param verdicts what a judge said of replies that the authors' rules do not read; `strict` never looks at it
 */
export function scoreReplies(
  items: readonly Item[],
  reply: (item: Item) => string,
  scorer: Scorer = "strict",
  verdicts: Verdicts = new Map(),
): Scores {
  const judged = ({ index, options }: Item) => readJudge(verdicts.get(index) ?? "", options);
  const letters = items.map(
    (item) => scorers[scorer](reply(item), item.options) ?? (scorer === "strict" ? null : judged(item)),
  );
  return {
    items: items.length,
    correct: items.filter((item, i) => letters[i] === item.gold).length,
    unparsed: letters.filter((letter) => letter === null).length,
    letters,
  };
}
