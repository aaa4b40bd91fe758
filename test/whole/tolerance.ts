/**
 * By how much an accuracy of the pocket study may differ on another type of CPU, where sums are rounded differently:
 * half a point, which is 6 of the 1,240 items. The README states it below Table 2.
 */
const POINTS = 0.5;
const ITEMS = 6;
const ROUNDING = 1e-9;

/** Whether two accuracies in % are nearly equal. */
export const nearAccuracy = (a: number, b: number) => Math.abs(a - b) <= POINTS + ROUNDING;

/**
 * Whether two numbers of a table are nearly equal, given as the table shows them. Many are differences of two accuracies,
 * so each may be off by twice as much: a count by 12 or 1 %, any other number by 1 point.
 */
export function nearShown(a: string, b: string): boolean {
  const isCount = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
  const most = isCount ? Math.max(2 * ITEMS, 0.01 * Math.abs(Number(b))) : 2 * POINTS + ROUNDING;
  return Math.abs(Number(a) - Number(b)) <= most;
}

/** The accuracies in the cells of a Markdown table: the numbers with two decimals. */
export const accuraciesOf = (markdown: string): number[] =>
  [...markdown.matchAll(/\| (\d+\.\d\d)(?= [|(])/g)].map(([, number]) => Number(number));

/** The lines of the table in a Markdown text that follows a title, such as "Table 2". */
export function tableAfter(title: string, markdown: string): string {
  const after = markdown.slice(markdown.indexOf(`**${title}.`));
  return after.split("\n").slice(2).join("\n").split("\n\n")[0]!;
}
