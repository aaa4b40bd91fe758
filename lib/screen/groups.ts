import { LshTable } from "./lsh";
import { bandingFor } from "./minhash";
import { jaccard } from "./shingles";
import { lazySets, type Screenable, sketch } from "./sketch";

/**
 * Groups of texts that resemble each other, directly or through others (single linkage).
 *
 * @param threshold Jaccard similarity of word shingles from which two are of one group
 * @returns the group of each text, named by the place of its first member
 */
export function groupSimilar(texts: readonly Screenable[], threshold: number): number[] {
  const banding = bandingFor(threshold);
  const sketches = sketch(texts, banding, null);
  const { keys } = sketches;
  const table = new LshTable(keys, banding.bands);
  const setOf = lazySets(sketches);
  const parent = texts.map((_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  };
  texts.forEach((_, entry) => {
    table.visit(keys, entry * banding.bands, (other) => {
      const [a, b] = [root(entry), root(other)];
      if (a !== b && jaccard(setOf(entry), setOf(other)) >= threshold) parent[Math.max(a, b)] = Math.min(a, b);
    });
    table.add(entry);
  });
  return parent.map((_, i) => root(i));
}
