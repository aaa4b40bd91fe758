import { hashWords, shinglesOf, toSet } from "./shingles";
import type { Screenable } from "./sketch";

/** For each of a few texts, its similarity to the nearest other text among many (Jaccard similarity of word triples). */
export function nearestScores(few: readonly Screenable[], many: readonly Screenable[]): number[] {
  const sets = many.map(setOf);
  const textsWith = new Map<number, number[]>();
  for (const [i, set] of sets.entries())
    for (const hash of set) {
      const known = textsWith.get(hash);
      if (known) known.push(i);
      else textsWith.set(hash, [i]);
    }
  const common = new Int32Array(many.length); // triples in common, by text
  return few.map((text) => {
    const mine = setOf(text);
    common.fill(0);
    for (const hash of mine) for (const i of textsWith.get(hash) ?? []) common[i]!++;
    return many.reduce((best, { id }, i) => {
      const score = common[i]! / (mine.length + sets[i]!.length - common[i]! || 1);
      return id === text.id ? best : Math.max(best, score);
    }, 0);
  });
}

const setOf = ({ situation, options }: Screenable): Int32Array =>
  toSet(shinglesOf([situation, ...options].map(hashWords)));
