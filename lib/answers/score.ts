import type { Item } from "../benchmark/index";
import { readJudge } from "./judge";
import { type Scorer, scorers } from "./scorers";

/** The choices that a scorer reads in replies, and how many are right. */
export interface Scores {
  items: number;
  correct: number;
  /** Replies from which no choice could be read; they count as wrong. */
  unparsed: number;
  /** The choice read for each item, in the items' order. */
  letters: (string | null)[];
}

/** A judge's replies about items' replies, by item index; see `judgePrompt`. */
export type JudgeReplies = ReadonlyMap<number, string>;

/**
 * Scores one reply per item.
 *
 * @param judgeReplies a judge's replies about replies that the authors' rules cannot read; `strict` ignores them
 */
export function scoreReplies(
  items: readonly Item[],
  reply: (item: Item) => string,
  scorer: Scorer = "strict",
  judgeReplies: JudgeReplies = new Map(),
): Scores {
  const judged = ({ index, options }: Item) => readJudge(judgeReplies.get(index) ?? "", options);
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
