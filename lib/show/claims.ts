import type { AnswerResults, Cell } from "../study/index";
import { baseCell, beforeTraining, controlCells, largestOf, sizesFor, trainedOn, vlmCells } from "./cells";
import { type AdjustedDifference, differences, rangeOfPoints, type Seeds } from "./differences";
import { pText, signed } from "./numbers";

/** A finding of the paper, and whether this run supports it. */
export interface Claim {
  claim: string;
  /** When this run counts as showing it. The thresholds are the kit's, not the paper's. */
  rule: string;
  /** Undefined until all numbers that decide it are there. */
  holds: boolean | undefined;
  /** The numbers that decide it, separated by "; ". */
  numbers: string;
  /** Of the VLMs whose numbers are there, how many show it, each taken alone. */
  vlms: Count;
  /** In how many of the training seeds it holds by the sizes of differences alone; absent with a single seed. */
  seeds?: Count;
}

interface Count {
  holds: number;
  of: number;
}

/** A difference is clear with p below this, corrected by Holm over the VLMs of a claim. */
const CLEAR_P = 0.05;
/** What counts as a strong gain, and as only a marginal difference, in points. */
const STRONG = 4;
const MARGINAL = 3;
/** The share of VLMs that a finding must hold for where it need not hold for all. */
const MOST = 2 / 3;

/** Two systems whose difference decides a claim. */
interface Pair {
  label: string;
  before: Seeds;
  after: Seeds;
}

/** A difference, or that of one training seed. */
type Found = Pick<AdjustedDifference, "points">;

/** When a claim holds. */
interface Rule {
  rule: string;
  /** What each difference must show. @param clear whether it is clear by its p, not looked at for one seed alone */
  each: (found: Found, clear: boolean) => boolean;
  /** What most of them must show besides. */
  most?: (found: Found) => boolean;
  /** The share that `each` must hold for; all by default. */
  share?: number;
}

const LIFTS: Rule = {
  rule: `every VLM gains, p < ${CLEAR_P}`,
  each: ({ points }, clear) => points > 0 && clear,
};
const LIFTS_MUCH: Rule = {
  ...LIFTS,
  rule: `${LIFTS.rule}, and two thirds of them by ${STRONG} points or more`,
  most: ({ points }) => points >= STRONG,
};
const AT_MOST_MARGINAL: Rule = {
  rule: `two thirds of the VLMs are less than ${MARGINAL} points behind, at equal size`,
  each: ({ points }) => points > -MARGINAL,
  share: MOST,
};

/**
 * The paper's findings as claims, each with the numbers of this run and whether they support it. With several training
 * seeds, the mean over seeds decides.
 */
export function claims(results: AnswerResults): Claim[] {
  const { sizes, teacher } = results;
  const [first, last] = [sizes[0]!, sizes.at(-1)!].map((size) => size.toLocaleString("en"));
  const pairs = (of: (vlm: Cell) => readonly [Seeds, Seeds]) => pairsOf(results, of);
  return [
    decide(
      results,
      "Each VLM, seeing the pictures, is less accurate than its base language model, reading captions",
      { ...LIFTS, rule: `every VLM is behind, p < ${CLEAR_P}` },
      pairs((vlm) => [[vlm], [baseCell(results, vlm) ?? []].flat()]),
    ),
    decide(
      results,
      "Training on the teacher's text alone raises accuracy on pictures",
      LIFTS_MUCH,
      pairs((vlm) => [[vlm], largestOf(results, vlm.model, teacher)]),
    ),
    decide(
      results,
      `More of the teacher's samples raise accuracy more (${first} against ${last})`,
      LIFTS,
      pairs(({ model }) => [
        trainedOn(results, model, teacher, sizes[0]),
        trainedOn(results, model, teacher, sizes.at(-1)),
      ]),
    ),
    ...ownTexts(results).flatMap(({ what, source }) => [
      decide(
        results,
        `Training on text from the VLM's own base language model${what} raises accuracy, too`,
        LIFTS,
        pairs((vlm) => [[vlm], largestOf(results, vlm.model, source(vlm))]),
      ),
      decide(
        results,
        `Text from its own base model${what} is only marginally less useful than the teacher's`,
        AT_MOST_MARGINAL,
        pairs(({ model }) => {
          const own = source({ model });
          const size = sizesFor(results, model, own).at(-1);
          return [trainedOn(results, model, teacher, size), trainedOn(results, model, own, size)];
        }),
      ),
    ]),
    controlClaim(results),
  ];
}

/** The text of VLMs' own base models, as written and, where there is such a source, checked. */
function ownTexts(results: AnswerResults) {
  const { bases } = results;
  const texts = [
    { what: ", as written,", source: ({ model }: Pick<Cell, "model">) => bases[model]?.source },
    { what: ", self-checked,", source: ({ model }: Pick<Cell, "model">) => bases[model]?.checked },
  ];
  const there = texts.filter(({ source }) => vlmCells(results).some((vlm) => source(vlm) !== undefined));
  return there.length > 1 ? there : [{ ...texts[0]!, what: "" }];
}

/** The two systems of each VLM, where both are part of the study. */
const pairsOf = (results: AnswerResults, of: (vlm: Cell) => readonly [Seeds, Seeds]): Pair[] =>
  vlmCells(results).flatMap((vlm) => {
    const [before, after] = of(vlm);
    const label = results.labels.models[vlm.model]!;
    return before.length > 0 && after.length > 0 ? [{ label, before, after }] : [];
  });

/** The model's own answers must be a worse lesson than the teacher's, and another item's picture must do harm. */
function controlClaim(results: AnswerResults): Claim {
  const pairs = vlmCells(results).flatMap((vlm): Pair[] => {
    const controls = controlCells(results).filter(({ model }) => model === vlm.model);
    const own = controls.filter(({ variant }) => variant === "plain");
    const shuffled = controls.filter(({ variant }) => variant !== "plain");
    const taught = trainedOn(results, vlm.model, results.teacher, own[0]?.trained.size);
    const label = results.labels.models[vlm.model]!;
    return [
      { label: `${label}, own labels against the teacher's`, before: taught, after: own },
      { label: `${label}, shuffled pictures`, before: [beforeTraining(vlm)], after: shuffled },
    ].filter(({ before, after }) => before.length > 0 && after.length > 0);
  });
  return decide(
    results,
    "The gain comes from the teacher's answers and needs the right picture: training on the model's own answers raises accuracy less, and another item's picture lowers it",
    { rule: "every difference points that way", each: ({ points }) => points < 0 },
    pairs,
  );
}

function decide(results: AnswerResults, claim: string, rule: Rule, pairs: readonly Pair[]): Claim {
  const found = differences(
    results,
    pairs.map(({ before, after }) => [before, after] as const),
  );
  const there = found.filter((one) => one !== undefined);
  const clear = (one: AdjustedDifference) => one.adjustedP < CLEAR_P;
  const isComplete = there.length === pairs.length && pairs.length > 0;
  const seeds = isComplete ? seedsOf(there) : [];
  const holdsIn = (seed: number) => {
    const alone = there.map(({ bySeed }) => ({ points: bySeed[bySeed.length === 1 ? 0 : seed]! }));
    return isShown(rule, alone, () => true);
  };
  const showing = there.filter((one) => rule.each(one, clear(one)));
  return {
    ...{ claim, rule: rule.rule, holds: isComplete ? isShown(rule, there, clear) : undefined },
    numbers: pairs.map(({ label }, i) => `${label} ${numbersOf(found[i])}`).join("; "),
    vlms: { holds: showing.length, of: there.length },
    ...(seeds.length > 1 ? { seeds: { holds: seeds.filter(holdsIn).length, of: seeds.length } } : {}),
  };
}

function isShown<T extends Found>({ each, most, share = 1 }: Rule, found: readonly T[], clear: (one: T) => boolean) {
  const enough = (holds: (one: T) => boolean, part: number) =>
    found.filter(holds).length >= Math.ceil(part * found.length - 1e-9);
  return enough((one) => each(one, clear(one)), share) && (!most || enough(most, MOST));
}

/** The positions of the seeds that all differences have; those without any training have one. */
function seedsOf(found: readonly AdjustedDifference[]): number[] {
  const counts = found.map(({ bySeed }) => bySeed.length).filter((count) => count > 1);
  return counts.length > 0 ? Array.from({ length: Math.min(...counts) }, (_, seed) => seed) : [];
}

/** "+3.1 (p 0.02)"; with several seeds "+3.1 (+0.9 to +5.3, p 0.02, more in 5 of 5 seeds)". */
function numbersOf(found: AdjustedDifference | undefined): string {
  if (!found) return "–";
  const { points, adjustedP, bySeed } = found;
  if (bySeed.length === 1) return `${signed(points)} (p ${pText(adjustedP)})`;
  const same = bySeed.filter((one) => Math.sign(one) === Math.sign(points)).length;
  const inSeeds = `${points < 0 ? "less" : "more"} in ${same} of ${bySeed.length} seeds`;
  return `${signed(points)} (${rangeOfPoints(found)}, p ${pText(adjustedP)}, ${inSeeds})`;
}
