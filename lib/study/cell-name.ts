import type { Cell } from "./cells";

/** What decides how the cells of a study are named. */
interface Named {
  /** Random seeds of the trainings. A name says the seed only if there are several. */
  seeds: readonly number[];
}

/**
 * The name of a cell for command lines and the report: "llama/caption", "qwen2-vl/picture:no-picture",
 * "qwen2-vl/picture/teacher-2000", "qwen2-vl/picture/qwen2-1000-seed-8+one-epoch".
 */
export const cellName = (cell: Cell, { seeds }: Named): string => nameOf(cell, seeds.length > 1);

/** The name that cells share which differ in their training seed alone: "qwen2-vl/picture/teacher-2000". */
export const meanName = (cell: Cell): string => nameOf(cell, false);

/** The cells of a study that share such a name, one per training seed. */
export const cellsOfMean = (text: string, { cells }: { cells: readonly Cell[] }): Cell[] =>
  cells.filter((cell) => cell.trained && meanName(cell) === text);

/** The cell of a study that has this name. The seed may always be named. */
export const parseCellName = (text: string, { cells, seeds }: Named & { cells: readonly Cell[] }): Cell | undefined =>
  cells.find((cell) => cellName(cell, { seeds }) === text) ?? cells.find((cell) => nameOf(cell, true) === text);

function nameOf({ model, input, variant, trained }: Cell, withSeed: boolean): string {
  const shown = variant === "plain" ? input : `${input}:${variant}`;
  if (!trained) return `${model}/${shown}`;
  const { source, size, seed, method } = trained;
  return `${model}/${shown}/${source}-${size}${withSeed ? `-seed-${seed}` : ""}${method ? `+${method}` : ""}`;
}
