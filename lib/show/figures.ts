import { groupBy } from "../count";
import type { Cell, Results, TrainingCurve } from "../study/index";
import { baseCell, beforeTraining, largestOf, trainedCells, vlmCells } from "./cells";
import { comparedCurves } from "./curves";
import type { Figure, Panel, Point } from "./figure";
import { accuracy, interval } from "./numbers";

const ACCURACY = "accuracy, %";
const WHISKERS = "Whiskers: 95 % intervals (Wilson), which reflect the choice of items only.";

/** The point of a cell; for several seeds their mean, with their range as its interval. Empty if no result is there. */
function pointOf(results: Results, x: string | number, cells: readonly Cell[]): Point[] {
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  if (found.length === 0) return [];
  if (found.length === 1) return [{ x, y: accuracy(found[0]!), ...interval(found[0]!) }];
  const values = found.map(accuracy);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [{ x, y: Number(mean.toFixed(2)), low: Math.min(...values), high: Math.max(...values) }];
}

const labelOf = ({ labels }: Results, { model }: Cell) => labels.models[model]!;

/** The pilot study: each VLM on pictures, next to its base LLM on captions. */
export function pilotFigure(results: Results): Figure {
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
export function figure2(results: Results): Figure {
  const vlms = vlmCells(results);
  const after = (vlm: Cell) => largestOf(results, vlm.model, results.teacher);
  return {
    name: "figure2",
    title: "Figure 2. VLMs on pictures, before and after training on text alone",
    note: `${WHISKERS} ${results.evidence}`,
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

/** Table 2 as a figure: accuracy over the number of samples, a line for each source. */
export function sizeFigure(results: Results): Figure {
  const byModel = groupBy(trainedCells(results), ({ model }) => model);
  return {
    name: "sizes",
    title: "Which text, and how much of it? Accuracy on pictures by source and number of samples",
    note: `Size 0: before training. ${WHISKERS} ${results.evidence}`,
    kind: "lines",
    x: "training samples",
    y: ACCURACY,
    panels: [...byModel].map(
      ([model, cells]): Panel => ({
        title: results.labels.models[model]!,
        series: [...groupBy(cells, ({ trained }) => trained.source)].map(([source, line]) => ({
          name: results.labels.sources[source]!,
          points: [
            ...pointOf(results, 0, [beforeTraining(line[0]!)]),
            ...results.sizes.flatMap((size) =>
              pointOf(
                results,
                size,
                line.filter(({ trained }) => trained.size === size),
              ),
            ),
          ],
        })),
      }),
    ),
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
