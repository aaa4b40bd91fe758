import type { Results, TrainingCurve } from "../study/index";

/**
 * The trainings whose curves are compared: with the first seed, and at the largest size at which each VLM was trained on
 * each of its sources; at the largest of all if there is no such size.
 */
export function comparedCurves({ curves, sizes, seeds, labels }: Results): { size: number; curves: TrainingCurve[] } {
  const usual = curves.flatMap((curve) => {
    const { model, trained } = curve.cell;
    const isUsual = trained?.seed === seeds[0] && !trained?.method && labels.sources[trained!.source] !== undefined;
    return isUsual ? [{ curve, size: trained!.size, what: JSON.stringify([model, trained!.source]) }] : [];
  });
  const what = new Set(usual.map((one) => one.what));
  const isForAll = (size: number) =>
    what.size === new Set(usual.flatMap((o) => (o.size === size ? [o.what] : []))).size;
  const size = sizes.filter(isForAll).at(-1) ?? sizes.at(-1)!;
  return { size, curves: usual.flatMap((one) => (one.size === size ? [one.curve] : [])) };
}
