import type { Cell, Results } from "../study/index";
import {
  type AdjustedComparison,
  baseCell,
  beforeTraining,
  compareFamily,
  controlCells,
  largestOf,
  trainedCells,
  vlmCells,
} from "./cells";
import { pText, signed } from "./numbers";

/** A finding of the paper, and whether this run supports it. */
export interface Claim {
  claim: string;
  /** When this run counts as showing it. The thresholds are the kit's, not the paper's. */
  rule: string;
  /** Undefined until all numbers that decide it are there. */
  holds: boolean | undefined;
  /** The numbers that decide it. */
  numbers: string;
}

/** A difference counts from this many points on, with p below this. */
const STRONG = { points: 4, p: 0.01 };
const OWN = { points: 3, p: 0.01 };
const MORE = { points: Number.MIN_VALUE, p: 0.05 };
/** A finding must hold for at least this many VLMs. */
const MIN_VLMS = 2;
const onSome = `on ${MIN_VLMS} VLMs or more`;

/** A comparison that decides a claim. */
interface Evidence {
  label: string;
  pair: [before: Cell, after: Cell];
}

/**
 * The paper's findings as claims, each with the numbers of this run and whether they support it. With several seeds,
 * the first counts.
 */
export function claims(results: Results): Claim[] {
  const own = (vlm: Cell) => largestOf(results, vlm.model, results.bases[vlm.model]?.source)[0];
  const teacher = (vlm: Cell) => largestOf(results, vlm.model, results.teacher)[0];
  const smallest = (vlm: Cell) =>
    trainedCells(results).find(({ model, trained }) => model === vlm.model && trained.source === results.teacher);
  const { sizes } = results;
  return [
    decide(
      results,
      "Each VLM, seeing the pictures, is less accurate than its base language model, reading captions",
      `p < ${STRONG.p}, on every VLM`,
      evidence(results, (vlm) => [vlm, baseCell(results, vlm)]),
      (all) => all.every(({ points, adjustedP }) => points > 0 && adjustedP < STRONG.p),
    ),
    decide(
      results,
      "Training on the teacher's text alone raises accuracy on pictures",
      `by ${STRONG.points} points or more, p < ${STRONG.p}, ${onSome}`,
      evidence(results, (vlm) => [vlm, teacher(vlm)]),
      (all) => all.filter((one) => isGain(one, STRONG)).length >= MIN_VLMS,
    ),
    decide(
      results,
      `More of the teacher's samples raise accuracy more (${sizes[0]!.toLocaleString("en")} against ${sizes.at(-1)!.toLocaleString("en")})`,
      `p < ${MORE.p}, ${onSome}`,
      evidence(results, (vlm) => [smallest(vlm), teacher(vlm)]),
      (all) => all.filter((one) => isGain(one, MORE)).length >= MIN_VLMS,
    ),
    decide(
      results,
      "Training on text from the VLM's own base language model raises accuracy, too",
      `by ${OWN.points} points or more, p < ${OWN.p}, ${onSome}`,
      evidence(results, (vlm) => [vlm, own(vlm)]),
      (all) => all.filter((one) => isGain(one, OWN)).length >= MIN_VLMS,
    ),
    decide(
      results,
      "Text from its own base model is only marginally less useful than the teacher's",
      `by less than ${OWN.points} points, ${onSome}`,
      evidence(results, (vlm) => [teacher(vlm), own(vlm)]),
      (all) => all.filter(({ points }) => points <= 0 && points > -OWN.points).length >= MIN_VLMS,
    ),
    controlClaim(results, teacher),
  ];
}

const isGain = ({ points, adjustedP }: AdjustedComparison, least: { points: number; p: number }) =>
  points >= least.points && adjustedP < least.p;

/** The comparison of each VLM for which both cells are part of the study. */
const evidence = (results: Results, pair: (vlm: Cell) => [Cell | undefined, Cell | undefined]): Evidence[] =>
  vlmCells(results).flatMap((vlm) => {
    const [before, after] = pair(vlm);
    return before && after ? [{ label: results.labels.models[vlm.model]!, pair: [before, after] as [Cell, Cell] }] : [];
  });

function decide(
  results: Results,
  claim: string,
  rule: string,
  given: readonly Evidence[],
  isShown: (all: AdjustedComparison[]) => boolean,
): Claim {
  const compared = compareFamily(
    results,
    given.map(({ pair }) => pair),
  );
  const there = compared.filter((one) => one !== undefined);
  const numbers = given.map(({ label }, i) => {
    const one = compared[i];
    return one ? `${label} ${signed(one.points)} (p ${pText(one.adjustedP)})` : `${label} –`;
  });
  const isComplete = there.length === given.length && given.length > 0;
  return { claim, rule, holds: isComplete ? isShown(there) : undefined, numbers: numbers.join("; ") };
}

/** Own labels must raise accuracy less than the teacher's answers, and another item's picture must lower it. */
function controlClaim(results: Results, teacher: (vlm: Cell) => Cell | undefined): Claim {
  const controls = controlCells(results);
  const given = controls.map((cell): Evidence => {
    const what = cell.variant === "plain" ? "own labels" : "shuffled pictures";
    return { label: `${results.labels.models[cell.model]!}, ${what}`, pair: [beforeTraining(cell), cell] };
  });
  const gains = compareFamily(
    results,
    vlmCells(results).flatMap((vlm) => {
      const trained = teacher(vlm);
      return trained ? [[vlm, trained] as const] : [];
    }),
  );
  const teacherGain = (model: string) => gains.find((gain) => gain?.after.model === model)?.points ?? 0;
  return decide(
    results,
    "The gain comes from the teacher's answers and needs the right picture: training on the model's own answers raises accuracy less, and another item's picture lowers it",
    "every difference points that way",
    given,
    (all) => all.every(({ points, after }) => points < (after.variant === "plain" ? teacherGain(after.model) : 0)),
  );
}
