import { SimilarSets } from "./similar";
import { type Screenable, sketch } from "./sketch";

/**
 * Groups texts that resemble each other, directly or through others (single linkage).
 *
 * @param threshold Jaccard similarity of word shingles from which two texts belong to one group
 * @returns the group of each text, as the position of its first member
 */
export function groupSimilar(texts: readonly Screenable[], threshold: number): number[] {
  const sets = new SimilarSets(sketch(texts, null), threshold, 2);
  const parent = texts.map((_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  };
  texts.forEach((_, entry) => {
    sets.visit(sets.set(entry), (match) => {
      const [a, b] = [root(entry), root(match.entry)];
      parent[Math.max(a, b)] = Math.min(a, b);
    });
    sets.add(entry);
  });
  return parent.map((_, i) => root(i));
}
