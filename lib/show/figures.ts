import { groupBy } from "../count";
import { meanOf } from "../stats/index";
import { type AnswerResults, type Cell, pictureCell, type Results, type TrainingCurve } from "../study/index";
import { baseCell, controlCells, largestOf, trainedOn, vlmCells } from "./cells";
import { comparedCurves } from "./curves";
import type { Figure, Point } from "./figure";
import { accuracy, interval, percent } from "./numbers";

const ACCURACY = "accuracy, %";
/** What the whiskers of `pointOf` are. */
const whiskers = ({ seeds }: AnswerResults): string =>
  seeds.length > 1
    ? `Whiskers: over ${seeds.length} training seeds their range, else 95 % intervals (Wilson).`
    : "Whiskers: 95 % intervals (Wilson), which reflect the choice of items only.";

/** The point of a cell; for several seeds their mean, with their range as its interval. Empty if no result is there. */
function pointOf(results: AnswerResults, x: string | number, cells: readonly Cell[]): Point[] {
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  if (found.length === 0) return [];
  if (found.length === 1) return [{ x, y: accuracy(found[0]!), ...interval(found[0]!) }];
  const shares = found.map(({ correct, items }) => correct / items);
  return [{ x, y: percent(meanOf(shares)), low: percent(Math.min(...shares)), high: percent(Math.max(...shares)) }];
}

const labelOf = ({ labels }: AnswerResults, { model }: Cell) => labels.models[model]!;

/** The pilot study: each VLM on pictures, next to its base LLM on captions. */
export function pilotFigure(results: AnswerResults): Figure {
  const vlms = vlmCells(results);
  const points = (of: (vlm: Cell) => Cell | undefined) =>
    vlms.flatMap((vlm) => pointOf(results, labelOf(results, vlm), [of(vlm) ?? []].flat()));
  return {
    name: "pilot",
    title: "Pilot study: each VLM on pictures, and its base language model on captions",
    note: results.evidence,
    kind: "bars",
    x: "vision-language model",
    y: ACCURACY,
    panels: [
      {
        title: "",
        series: [
          { name: "VLM, pictures", points: points((vlm) => vlm) },
          { name: "its base LLM, captions", points: points((vlm) => baseCell(results, vlm)) },
        ],
      },
    ],
  };
}

/** Figure 2 (paper, section 3.3): VLMs on pictures before and after training on the teacher's text. */
export function figure2(results: AnswerResults): Figure {
  const vlms = vlmCells(results);
  const after = (vlm: Cell) => largestOf(results, vlm.model, results.teacher);
  return {
    name: "figure2",
    title: "Figure 2. VLMs on pictures, before and after training on text alone",
    note: `${whiskers(results)} ${results.evidence}`,
    kind: "bars",
    x: "vision-language model",
    y: ACCURACY,
    panels: [
      {
        title: "",
        series: [
          { name: "before", points: vlms.flatMap((vlm) => pointOf(results, labelOf(results, vlm), [vlm])) },
          {
            name: `after ${results.sizes.at(-1)!.toLocaleString("en")} samples from the teacher`,
            points: vlms.flatMap((vlm) => pointOf(results, labelOf(results, vlm), after(vlm))),
          },
        ],
      },
    ],
  };
}

/**
 * The controls: what training on the teacher's questions gives with the teacher's answers and with the model's own, and
 * what is left of it with another item's picture.
 */
export function controlsFigure(results: AnswerResults): Figure {
  const done = controlCells(results).filter((cell) => results.get(cell));
  const controls = groupBy(done, ({ model }) => model);
  const size = done[0]?.trained.size;
  const series = (name: string, cellsOf: (model: string, controls: readonly Cell[]) => readonly Cell[]) => ({
    name,
    points: [...controls].flatMap(([model, some]) =>
      pointOf(results, results.labels.models[model]!, cellsOf(model, some)),
    ),
  });
  const samples = size === undefined ? "" : `After training: on ${size.toLocaleString("en")} samples. `;
  return {
    name: "controls-figure",
    title: "Controls. The effect of training as such, and of guessing without the right picture",
    note: `${samples}Own answers: those that the model itself gives to the same questions. ${whiskers(results)} ${results.evidence}`,
    kind: "bars",
    x: "vision-language model",
    y: ACCURACY,
    panels: [
      {
        title: "",
        series: [
          series("before", (model) => [pictureCell(model)]),
          series("trained on the teacher's answers", (model) => trainedOn(results, model, results.teacher, size)),
          series("trained on its own answers", (_, some) => some.filter(({ variant }) => variant === "plain")),
          series("the teacher's, but another picture shown", (_, some) =>
            some.filter(({ variant }) => variant !== "plain"),
          ),
        ],
      },
    ],
  };
}

/** Training loss over the steps of the largest comparable trainings, a line for each source; with several seeds, the first. */
export const lossFigure = (results: Results): Figure =>
  curveFigure(results, {
    name: "loss",
    title: (samples) => `Training loss on the answer, with ${samples} samples`,
    y: "cross-entropy, nats per token",
    points: ({ loss }) => loss.map(({ step, loss: y }) => ({ x: step, y })),
  });

/** How many validation samples would be answered as they are labelled, over the steps of the same trainings. */
export const validationFigure = (results: Results): Figure =>
  curveFigure(results, {
    name: "validation",
    title: (samples) => `Validation text answered as it is labelled, while training on ${samples} samples`,
    y: "validation samples (%)",
    points: ({ validation }) => validation.map(({ step, accuracy: share }) => ({ x: step, y: 100 * share })),
  });

function curveFigure(
  results: Results,
  curve: {
    name: string;
    title(samples: string): string;
    y: string;
    points(curve: TrainingCurve): Point[];
  },
): Figure {
  const { size, curves } = comparedCurves(results);
  return {
    name: curve.name,
    title: curve.title(size.toLocaleString("en")),
    note: results.evidence,
    kind: "lines",
    x: "optimiser step",
    y: curve.y,
    panels: [...groupBy(curves, ({ cell }) => cell.model)].map(([model, ofModel]) => ({
      title: results.labels.models[model]!,
      series: ofModel.map((one) => ({
        name: results.labels.sources[one.cell.trained!.source]!,
        points: curve.points(one),
      })),
    })),
  };
}
