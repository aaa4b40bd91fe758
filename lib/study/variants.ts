import { modelBackend } from "./backend";
import { type Cell, cellKey, type Variant } from "./cells";
import type { Context } from "./context";
import { assumedInputs } from "./inputs";
import { decideOnCaptions, decideOnPictures, decideOnSituations } from "./pilot";
import type { Profile } from "./profile";
import { controlSize } from "./roles";
import { rotationOf } from "./rotation";
import type { Group, Step } from "./step";
import { seedSuffix, type Training, trainingSeeds } from "./training";

/** A model that is asked in several ways: its plain cell, and the step that trained it, if one did. */
interface Subject {
  cell: Cell;
  train?: Step;
}

/** A step of answers, and the cell that it fills. */
interface CellStep {
  cell: Cell;
  step: Step;
}

/** The steps that all answers need. */
interface Needed {
  benchmark: Step;
  captions: Step;
}

/**
 * Other ways of asking. As a control, all VLMs that were trained on the teacher's text see other items' pictures, at one
 * size. The profile's variants are for models before training, and for these VLMs with the first seed.
 */
export function otherWays(
  context: Context,
  needed: Needed,
  pilot: readonly Subject[],
  trained: readonly Training[],
): { shuffled: CellStep[]; variants: CellStep[] } {
  const { teacher } = context.profile;
  const size = controlSize(context.profile);
  const taught = trained.filter(({ trained: key }) => key.source === teacher && key.size === size);
  const shuffled = taught.map((subject) =>
    variantCell(context, needed, subject, { variant: "shuffled-picture", group: "controls" }),
  );
  const [seed] = trainingSeeds(context);
  const subjects = [...pilot, ...taught.filter((training) => training.trained.seed === seed)];
  const isControl = ({ cell }: CellStep) => shuffled.some((one) => cellKey(one.cell) === cellKey(cell));
  return { shuffled, variants: variantCells(context, needed, subjects).filter((one) => !isControl(one)) };
}

/** The variants of the profile, for each model that can be asked so. */
const variantCells = (context: Context, needed: Needed, subjects: readonly Subject[]): CellStep[] =>
  context.profile.variants.flatMap((entry) =>
    variantsOf(context, needed.benchmark, entry).flatMap((variant) =>
      subjects
        .filter(({ cell }) => applies(variant, cell))
        .map((subject) => variantCell(context, needed, subject, { variant, items: entry.items, group: "variants" })),
    ),
  );

/** What an entry of `variants` in the profile stands for: as many orders as an item has options, less the plain one. */
function variantsOf(context: Context, benchmark: Step, { name }: Profile["variants"][number]): Variant[] {
  if (name !== "option-rotation") return [name];
  const items = assumedInputs(context).items(benchmark);
  const orders = Math.max(...items.map(({ options }) => options.length));
  return Array.from({ length: orders - 1 }, (_, i): Variant => `rotation-${i + 1}`);
}

/** A model that reads captions has no picture to lose. */
const applies = (variant: Variant, { input }: Cell) =>
  input === "picture" || !(variant === "no-picture" || variant === "shuffled-picture");

/** A model decides on the items as a variant shows them. */
function variantCell(
  context: Context,
  { benchmark, captions }: Needed,
  { cell, train }: Subject,
  asked: { variant: Variant; items?: number; group: Group },
): CellStep {
  const { root, profile } = context;
  const { variant } = asked;
  const options = {
    ...asked,
    backend: modelBackend(context, cell.model, train),
    maxTokens: profile.decoding.answer_tokens,
    prompts: context.prompts.asking,
    seed: profile.seed,
    suffix: [wordsFor(variant), cell.trained && `after training${seedSuffix(context, cell.trained)}`]
      .filter(Boolean)
      .join(", "),
  };
  const step =
    variant === "gold-situation"
      ? decideOnSituations(root, benchmark, options)
      : cell.input === "caption"
        ? decideOnCaptions(root, benchmark, captions, options)
        : decideOnPictures(root, benchmark, options);
  return { cell: { ...cell, variant }, step };
}

/** What the name of a step says of a variant, beside what the model is shown. */
const wordsFor = (variant: Variant): string | undefined => {
  if (variant === "shuffled-picture") return "shuffled";
  return rotationOf(variant) > 0 ? `options moved by ${rotationOf(variant)}` : undefined;
};
