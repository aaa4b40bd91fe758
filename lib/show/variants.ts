import { tally } from "../count";
import { wilson } from "../stats/index";
import { type AnswerResults, type Cell, cellKey, OWN_LABELS, type Variant } from "../study/index";
import { type AdjustedComparison, compareFamily, testNote } from "./cells";
import { accuracy, percentText, pText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

/* Beyond the paper: the same models with another input. Each is compared with itself on its usual input. */

const STAR_P = 0.01;
const CLEAR_P = 0.05;

/** The variants that replace what a model is shown, and what they are called. */
const SHOWN = {
  "no-picture": "No picture",
  "shuffled-picture": "Another item's picture",
  "gold-situation": "The benchmark's sentence",
} as const satisfies Partial<Record<Variant, string>>;
type Shown = keyof typeof SHOWN;
const isShown = (variant: Variant): variant is Shown => variant in SHOWN;

/** The models that some cells are about, each as its plain cell: the first training seed stands for all. */
export function subjectsOf(results: AnswerResults, cells: readonly Cell[]): Cell[] {
  const plain = cells
    .filter(({ trained }) => !trained || trained.seed === results.seeds[0])
    .map((cell): Cell => ({ ...cell, variant: "plain" }));
  const found = new Map(plain.map((cell) => [cellKey(cell), cell]));
  return results.cells.filter((cell) => found.has(cellKey(cell)));
}

/** "before", "after 1,000 samples from Teacher" */
export const stateText = ({ labels }: AnswerResults, { trained }: Cell): string =>
  trained ? `after ${trained.size.toLocaleString("en")} samples from ${labels.sources[trained.source]}` : "before";

/** "VLM before training", "VLM after training" */
const labelOf = ({ labels }: AnswerResults, { model, trained }: Cell): string =>
  `${labels.models[model]} ${trained ? "after" : "before"} training`;

const variantsIn = (results: AnswerResults): Shown[] =>
  (Object.keys(SHOWN) as Shown[]).filter((variant) => results.cells.some((cell) => cell.variant === variant));

const isThere = (results: AnswerResults, cell: Cell) => results.cells.some((one) => cellKey(one) === cellKey(cell));

const subjects = (results: AnswerResults) =>
  subjectsOf(
    results,
    results.cells.filter(({ variant, trained }) => isShown(variant) && trained?.source !== OWN_LABELS),
  );

/** All comparisons of a model's usual input with a variant, by the variant's cell. */
function comparedWithPlain(results: AnswerResults): Map<string, AdjustedComparison | undefined> {
  const pairs = subjects(results).flatMap((plain) =>
    variantsIn(results)
      .map((variant): [Cell, Cell] => [plain, { ...plain, variant }])
      .filter(([, cell]) => isThere(results, cell)),
  );
  const compared = compareFamily(results, pairs);
  return new Map(pairs.map(([, cell], i) => [cellKey(cell), compared[i]]));
}

/** Accuracy with the usual input, and with each other one of the profile. */
export function variantsTable(results: AnswerResults): Table {
  const compared = comparedWithPlain(results);
  const variants = variantsIn(results);
  return {
    name: "variants",
    title: "Beyond the paper. Accuracy (%) with the usual input, and with another one",
    note:
      `Usual: VLMs see the picture, language models read a caption. In parentheses: points more or less than that. ` +
      `* p < ${STAR_P}. ${testNote([...compared.values()])} ${itemsNote([...compared.values()])}${baselinesNote(results)}${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "state", label: "Training" },
      { key: "plain", label: "Usual", numeric: true },
      ...variants.map((variant) => ({ key: variant, label: SHOWN[variant], numeric: true })),
    ],
    rows: subjects(results).map((cell) => ({
      model: results.labels.models[cell.model]!,
      state: stateText(results, cell),
      plain: accuracyText(results, cell),
      ...Object.fromEntries(
        variants.map((variant) => {
          const other = { ...cell, variant };
          return [variant, isThere(results, other) ? differenceText(results, other, compared) : ""];
        }),
      ),
    })),
  };
}

/** On how many items the comparisons are: a variant may be asked about a part of them. */
function itemsNote(compared: readonly (AdjustedComparison | undefined)[]): string {
  const counts = compared.flatMap((one) => one?.items ?? []);
  if (counts.length === 0) return "";
  return `Compared on the ${fromTo(counts, (count) => count.toLocaleString("en"))} items that both saw. `;
}

const accuracyText = (results: AnswerResults, cell: Cell) => {
  const found = results.get(cell);
  return found ? accuracy(found).toFixed(2) : NOT_THERE;
};

function differenceText(
  results: AnswerResults,
  cell: Cell,
  compared: Map<string, AdjustedComparison | undefined>,
): string {
  const found = compared.get(cellKey(cell));
  if (!found) return accuracyText(results, cell);
  return `${accuracyText(results, cell)} (${signed(found.points)}${found.adjustedP < STAR_P ? "*" : ""})`;
}

/** What is right without looking at anything: by chance, and with the letter that is right most often. */
function baselines({ items }: AnswerResults): { guessed: number; letter: number } | undefined {
  if (items.length === 0) return undefined;
  const guessed = items.reduce((sum, { options }) => sum + 1 / options.length, 0) / items.length;
  return { guessed, letter: Math.max(...Object.values(tally(items.map(({ gold }) => gold)))) / items.length };
}

function baselinesNote(results: AnswerResults): string {
  const found = baselines(results);
  if (!found) return "";
  return `Guessing gives ${percentText(found.guessed, 1)} %, and always the most frequent letter ${percentText(found.letter, 1)} %. `;
}

/** How much can be had from the options alone, and whether training adds to it; "" while the numbers are not there. */
export function noPictureText(results: AnswerResults): string {
  const found = baselines(results);
  const blind = subjects(results)
    .map((cell): Cell => ({ ...cell, variant: "no-picture" }))
    .flatMap((cell) => results.get(cell) ?? []);
  if (!found || blind.length === 0) return "";
  const without = Math.max(found.guessed, found.letter);
  const of = (trained: boolean) => blind.filter(({ cell }) => (cell.trained !== undefined) === trained);
  const shares = (trained: boolean) => of(trained).map(({ correct, items }) => correct / items);
  const before = `Without a picture, ${fromTo(shares(false), (share) => percentText(share, 1))} % are right before training`;
  const after =
    shares(true).length > 0 ? ` and ${fromTo(shares(true), (share) => percentText(share, 1))} % after it` : "";
  const above = blind.filter(({ correct, items }) => wilson(correct, items).low > without);
  const labels = above.map(({ cell }) => labelOf(results, cell));
  return [
    `${before}${after}; guessing gives ${percentText(found.guessed, 1)} %, and always the most frequent letter ${percentText(found.letter, 1)} %.`,
    above.length > 0
      ? `This is clearly more for ${labels.join(", ")}: some answers can be had from the options alone.`
      : "None is clearly above both: the options alone do not give the answers away.",
    blindGainText(results),
  ]
    .filter(Boolean)
    .join(" ");
}

/** How much of the gain by training is there without a picture, too. */
function blindGainText(results: AnswerResults): string {
  const trained = subjects(results).filter(
    (cell) => cell.trained && isThere(results, { ...cell, variant: "no-picture" }),
  );
  const gains = (variant: Variant) =>
    compareFamily(
      results,
      trained.map(
        ({ trained: _, ...cell }, i) =>
          [
            { ...cell, variant },
            { ...trained[i]!, variant },
          ] as const,
      ),
    );
  const [seeing, blind] = [gains("plain"), gains("no-picture")];
  const said = trained.flatMap(({ model }, i) => {
    const [one, other] = [seeing[i], blind[i]];
    if (!one || !other) return [];
    return [
      `${results.labels.models[model]} ${signed(one.points)} points with the picture, ${signed(other.points)} without`,
    ];
  });
  return said.length > 0 ? `Gained by training: ${said.join("; ")}.` : "";
}

/**
 * What the benchmark's own sentence adds to what a model sees, or to the caption that it reads: the most that seeing
 * better could add. "" while the numbers are not there.
 */
export function goldText(results: AnswerResults): string {
  const compared = comparedWithPlain(results);
  const found = subjects(results).flatMap((plain) => {
    const gold = compared.get(cellKey({ ...plain, variant: "gold-situation" }));
    return gold ? [{ plain, gold, label: labelOf(results, plain) }] : [];
  });
  if (found.length === 0) return "";
  const isClear = ({ gold }: (typeof found)[number]) => gold.adjustedP < CLEAR_P;
  const clear = found.filter(isClear).map(({ plain, gold, label }) => {
    const usual = plain.input === "picture" ? "its answers on the picture" : "its answers on the caption";
    return `${label} ${signed(gold.points)} points against ${usual} (p ${pText(gold.adjustedP)})`;
  });
  const unclear = found.filter((one) => !isClear(one)).map(({ gold, label }) => `${label} (${signed(gold.points)})`);
  return [
    "Models that read the benchmark's own sentence show the most that seeing better could add.",
    clear.length > 0 ? `A clear difference: ${clear.join("; ")}.` : "",
    unclear.length > 0 ? `No clear difference: ${unclear.join(", ")}.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

const fromTo = (values: readonly number[], text: (value: number) => string): string => {
  if (values.length === 0) return NOT_THERE;
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
};
