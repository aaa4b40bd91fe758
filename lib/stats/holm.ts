/**
 * Holm's step-down correction: adjusts the p values of a family of tests, so that the chance of any false finding
 * among them stays below the level that each is compared with.
 * Source: S. Holm (1979), Scand. J. Statist. 6, 65–70.
 *
 * @param ps raw p values, in any order
 * @returns adjusted p values, in the same order; each at most 1
 */
export function holm(ps: readonly number[]): number[] {
  const ascending = ps.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length);
  let highest = 0;
  ascending.forEach(({ p, at }, rank) => {
    highest = Math.max(highest, Math.min(1, (ps.length - rank) * p));
    adjusted[at] = highest;
  });
  return adjusted;
}
