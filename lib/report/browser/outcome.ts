import { NOT_ASKED, type SystemData, UNPARSED } from "./data";

export type Outcome = "right" | "wrong" | "unparsed" | "not asked";

/** What became of an answer, one character of a system's. */
export function outcomeOf(answer: string, gold: string): Outcome {
  if (answer === gold) return "right";
  if (answer === UNPARSED) return "unparsed";
  return answer === NOT_ASKED ? "not asked" : "wrong";
}

/** Which answers a filter shows; unparsed replies count as wrong, as in every table. */
export const shows = {
  all: "All",
  right: "Right",
  wrong: "Wrong",
  gained: "Wrong → right",
  lost: "Right → wrong",
  flipped: "Flipped",
  unparsed: "Unparsed",
} as const;
export type Show = keyof typeof shows;

/** Filters that compare with the same model before training. */
const COMPARING: readonly Show[] = ["gained", "lost", "flipped"];

/** The filters that a system has. */
export const showsOf = ({ before }: SystemData): Show[] =>
  (Object.keys(shows) as Show[]).filter((show) => before !== undefined || !COMPARING.includes(show));

/** Whether a filter shows an answer. @param before the answer of the same model before training, if it was trained */
export function isShown(show: Show, gold: string, answer: string, before: string | undefined): boolean {
  const outcome = outcomeOf(answer, gold);
  const [is, was] = [outcome === "right", before === gold];
  const isComparable = before !== undefined && before !== NOT_ASKED && outcome !== "not asked";
  switch (show) {
    case "all":
      return true;
    case "right":
      return is;
    case "wrong":
      return !is && outcome !== "not asked";
    case "unparsed":
      return outcome === "unparsed";
    case "gained":
      return isComparable && is && !was;
    case "lost":
      return isComparable && !is && was;
    case "flipped":
      return isComparable && is !== was;
  }
}
