import { hashWords, jaccard, shinglesOf, toSet } from "./shingles";
import type { Screenable } from "./sketch";

/** For each of a few texts, its similarity to the nearest other text among many (Jaccard similarity of word triples). */
export function nearestScores(few: readonly Screenable[], many: readonly Screenable[]): number[] {
  const setOf = ({ situation, options }: Screenable) => toSet(shinglesOf([situation, ...options].map(hashWords)));
  const sets = many.map((text) => ({ id: text.id, set: setOf(text) }));
  return few.map((text) => {
    const mine = setOf(text);
    return sets.reduce((best, { id, set }) => (id === text.id ? best : Math.max(best, jaccard(mine, set))), 0);
  });
}
