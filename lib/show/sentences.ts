import { wilson } from "../stats/index";
import { type AnswerResults, type Cell, isChecked, OWN_LABELS, type Results } from "../study/index";
import { baseCell, beforeTraining, compareFamily, controlCells, largestOf, vlmCells } from "./cells";
import { comparedCurves } from "./curves";
import { percentText, pText, signed } from "./numbers";

/*
 * What the numbers of a run say, in sentences that are computed from them: they hold whatever comes out. Each is "" while
 * its numbers are not there.
 */

/** Differences with a p below this are called so; others are called unclear. */
const CLEAR_P = 0.05;

/** "2.1", or "1.2 to 3.4" */
const fromTo = (values: readonly number[], text: (value: number) => string): string => {
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
};

const oneDigit = (value: number): string => value.toFixed(1);

/** Whether each VLM's base language model, reading captions, chooses better than the VLM, seeing the pictures. */
export function pilotText(results: AnswerResults, captioner?: string): string {
  const { models } = results.labels;
  const vlms = vlmCells(results).filter((vlm) => baseCell(results, vlm));
  const compared = compareFamily(
    results,
    vlms.map((vlm) => [vlm, baseCell(results, vlm)!] as const),
  ).filter((one) => one !== undefined);
  const said = compared.map(({ before, after, points, adjustedP }) => {
    const [base, vlm] = [models[after.model], models[before.model]];
    if (adjustedP >= CLEAR_P)
      return `Between ${base}, which reads captions, and ${vlm}, which is built on it and sees the pictures, there is no clear difference (${signed(points)} points, p ${pText(adjustedP)}).`;
    const how = points > 0 ? "more" : "less";
    return `${base}, which reads captions, is ${oneDigit(Math.abs(points))} points ${how} accurate than ${vlm}, which is built on it and sees the pictures.`;
  });
  const own = compared.find(({ before }) => before.model === captioner);
  if (own) said.push(captionerText(models[own.before.model]!, own.points > 0 && own.adjustedP < CLEAR_P));
  return said.join(" ");
}

const captionerText = (label: string, isBehind: boolean): string =>
  isBehind
    ? `${label} wrote the captions itself. So it sees enough for the better choices, and decides worse.`
    : `${label} wrote the captions itself. Its base model does not clearly choose better from them, so this run does not show that it decides worse than it sees.`;

/** Which source's text has the highest loss at the end of the largest comparable trainings. */
export function lossText(results: Results): string {
  const ends = comparedCurves(results).curves.flatMap(({ cell, loss }) => {
    const source = results.labels.sources[cell.trained!.source]!;
    return loss.length > 0 ? [{ model: cell.model, source, loss: loss.at(-1)!.loss }] : [];
  });
  const said = [...new Set(ends.map(({ model }) => model))].map((id) => {
    const [highest, ...others] = ends.filter(({ model }) => model === id).sort((a, b) => b.loss - a.loss);
    const rest = others.map(({ source, loss }) => `${loss.toFixed(2)} on that of ${source}`).join(", ");
    return `${results.labels.models[id]}: ${highest!.loss.toFixed(2)} on the text of ${highest!.source}${rest ? `, ${rest}` : ""}`;
  });
  return said.length > 0 ? `Loss at the end, the highest first. ${said.join("; ")}.` : "";
}

/** What the controls show: accuracy without the right picture beside guessing, and gains from own labels. */
export function controlsText(results: AnswerResults): string {
  const controls = controlCells(results);
  const isShuffled = ({ variant }: Cell) => variant === "shuffled-picture";
  const shuffled = controls.filter(isShuffled);
  const own = controls.filter(({ trained }) => trained?.source === OWN_LABELS);
  return [pictureText(results, shuffled), ownLabelsText(results, own)].filter(Boolean).join(" ");
}

function pictureText(results: AnswerResults, cells: readonly Cell[]): string {
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  if (found.length === 0) return "";
  const guessed = results.items.reduce((sum, { options }) => sum + 1 / options.length, 0) / results.items.length;
  const shares = found.map(({ correct, items }) => correct / items);
  const better = found.filter(({ correct, items }) => wilson(correct, items).low > guessed);
  const labels = [...new Set(better.map(({ cell }) => results.labels.models[cell.model]))].join(", ");
  const conclusion =
    better.length > 0
      ? `This is more than guessing for ${labels}: some of it can be had from the options alone.`
      : "None is clearly above guessing: the models need the right picture, and the options alone do not give the answer away.";
  return `With another item's picture, ${fromTo(shares, (share) => percentText(share, 1))} % are right; guessing gives ${percentText(guessed, 1)} %. ${conclusion}`;
}

function ownLabelsText(results: AnswerResults, cells: readonly Cell[]): string {
  const gained = (pairs: (readonly [Cell, Cell])[]) =>
    compareFamily(results, pairs).flatMap((one) => (one ? [one.points] : []));
  const own = gained(cells.map((cell) => [beforeTraining(cell), cell] as const));
  const models = new Set(cells.map(({ model }) => model));
  const taught = gained(
    vlmCells(results)
      .filter(({ model }) => models.has(model))
      .flatMap((vlm) => {
        const [after] = largestOf(results, vlm.model, results.teacher);
        return after ? [[vlm, after] as const] : [];
      }),
  );
  if (own.length === 0) return "";
  const changed = `With own labels, accuracy changes by ${fromTo(own, signed)} points`;
  if (taught.length === 0) return `${changed}.`;
  const conclusion =
    Math.max(...own) < Math.min(...taught)
      ? "so training as such does not explain the gain"
      : "so a part of the gain may come from training as such";
  return `${changed}, with the teacher's by ${fromTo(taught, signed)}: ${conclusion}.`;
}

/** How evenly the right letters are distributed, before and after balancing. */
export function lettersText({ sources }: Results): string {
  const shares = (counts: Record<string, number>) => {
    const all = Object.values(counts);
    const sum = all.reduce((total, n) => total + n, 0);
    return all.map((n) => (100 * n) / sum);
  };
  const said = sources.map(
    ({ label, letters }) =>
      `${label}: ${fromTo(shares(letters.written), oneDigit)} % as written, ${fromTo(shares(letters.balanced), oneDigit)} % after balancing`,
  );
  return said.length > 0 ? `Share of samples for which a letter is right. ${said.join("; ")}.` : "";
}

/** How many samples repeat another one, at the first and at the last count. */
export function repeatsText({ sources }: Results): string {
  const asked = sources.filter((one) => !isChecked(one));
  const said = asked.flatMap(({ label, stats: { repeats } }) => {
    const [first, last] = [repeats[0], repeats.at(-1)];
    return first && last
      ? [
          `${label}: ${oneDigit(first.percent)} % after ${first.calls} calls, ${oneDigit(last.percent)} % after ${last.calls}`,
        ]
      : [];
  });
  return said.length > 0 ? `Samples that repeat another one. ${said.join("; ")}.` : "";
}
