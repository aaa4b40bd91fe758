import type { AnswerResults } from "../study/index";
import { beforeTraining, largestOf, trainedCells, vlmCells } from "./cells";
import { compare, pText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

/** The gain of a training, in points. */
export interface Gain {
  /** Label of the source; "own base" if it is the VLM's own base model, "own base, self-checked" if it is its checked text. */
  source: string;
  size: number;
  gain: number;
}

/** The gains of all trainings on a source's text whose results are there. */
export const gains = (results: AnswerResults): Gain[] =>
  trainedCells(results).flatMap((cell) => {
    const { source, size } = cell.trained;
    const found = compare(results, beforeTraining(cell), cell);
    return found ? [{ source: gainLabel(results, cell.model, source), size, gain: found.points }] : [];
  });

function gainLabel({ bases, labels }: AnswerResults, model: string, source: string): string {
  if (bases[model]?.source === source) return "own base";
  return bases[model]?.checked === source ? "own base, self-checked" : labels.sources[source]!;
}

/** How many items each VLM gained and lost by training on the teacher's largest set, once per seed. */
export function changesTable(results: AnswerResults): Table {
  const cells = vlmCells(results).flatMap(({ model }) => largestOf(results, model, results.teacher));
  return {
    name: "changes",
    title: `Items gained and lost by training on ${results.sizes.at(-1)!.toLocaleString("en")} samples of the teacher`,
    note: `Gained: wrong before training and right after it. p: not corrected for the number of rows. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      ...(results.seeds.length > 1 ? [{ key: "seed", label: "Seed", numeric: true }] : []),
      { key: "gained", label: "Gained", numeric: true },
      { key: "lost", label: "Lost", numeric: true },
      { key: "points", label: "Points", numeric: true },
      { key: "p", label: "p" },
    ],
    rows: cells.map((cell) => {
      const found = compare(results, beforeTraining(cell), cell);
      return {
        model: results.labels.models[cell.model]!,
        seed: cell.trained!.seed ?? "",
        gained: found?.gained ?? NOT_THERE,
        lost: found?.lost ?? NOT_THERE,
        points: found ? signed(found.points) : NOT_THERE,
        p: found ? pText(found.p) : NOT_THERE,
      };
    }),
  };
}
