/**
 * Holm's step-down correction: p values of one family of tests, made comparable with one level for all of them.
 * Source: S. Holm (1979), Scand. J. Statist. 6, 65–70.
 *
 * @param ps raw p values, in any order
 * @returns corrected ones, in the same order; each at most 1
 */
export function holm(ps: readonly number[]): number[] {
  const ascending = ps.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const corrected = new Array<number>(ps.length);
  let highest = 0;
  ascending.forEach(({ p, at }, rank) => {
    highest = Math.max(highest, Math.min(1, (ps.length - rank) * p));
    corrected[at] = highest;
  });
  return corrected;
}
