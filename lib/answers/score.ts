import type { Item, Option } from "../benchmark/index";
import { readJudge } from "./judge";
import type { Likelihood, Likelihoods } from "./likelihood";
import { type Reader, type Scorer, scorers } from "./scorers";

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

/** What may be known of items beside their replies. */
export interface BesideReplies {
  /** About replies that the authors' rules cannot read; the other scorers ignore them. */
  judgeReplies?: JudgeReplies;
  /** For the scorers that take the most likely option. */
  likelihoods?: Likelihoods;
}

/** The authors' scorers, which ask a judge about replies that they cannot read. */
const ASK_A_JUDGE: readonly Scorer[] = ["viva", "praxis"];

/** Scores one reply per item. */
export function scoreReplies(
  items: readonly Item[],
  reply: (item: Item) => string,
  scorer: Scorer = "strict",
  { judgeReplies = new Map(), likelihoods = new Map() }: BesideReplies = {},
): Scores {
  const judged = ({ index, options }: Item) =>
    ASK_A_JUDGE.includes(scorer) ? readJudge(judgeReplies.get(index) ?? "", options) : null;
  const letters = items.map(
    (item) => readOnce(scorer, reply(item), item.options, likelihoods.get(item.index)) ?? judged(item),
  );
  return {
    items: items.length,
    correct: items.filter((item, i) => letters[i] === item.gold).length,
    unparsed: letters.filter((letter) => letter === null).length,
    letters,
  };
}

/** What scorers have read, by an item's options and the reply: many systems give the same reply to the same item. */
const known = new WeakMap<readonly Option[], Map<string, string | null>>();

function readOnce(scorer: Scorer, reply: string, options: readonly Option[], likelihood?: Likelihood): string | null {
  const read: Reader = scorers[scorer];
  if (likelihood) return read(reply, options, likelihood);
  const letters = known.get(options) ?? new Map<string, string | null>();
  known.set(options, letters);
  const key = `${scorer} ${reply}`;
  if (!letters.has(key)) letters.set(key, read(reply, options));
  return letters.get(key)!;
}
