import { join } from "node:path";
import { beforeTraining, sourceLabel } from "../show/index";
import { cellName } from "../study/cell-name";
import { type Cell, cellKey, type Result, type Results } from "../study/index";
import { NOT_ASKED, type SystemData, type SystemsData, UNPARSED } from "./browser/data";
import { reportFolder } from "./folder";

/** Every system with a result, for the item browser and for the list of numbers. */
export function systemsOf(results: Results): SystemsData {
  const found = results.cells.flatMap((cell) => results.get(cell) ?? []);
  const indexOf = new Map(found.map(({ cell }, i) => [cellKey(cell), i]));
  const systems = found.map((result) => describe(results, result, indexOf));
  return { systems, first: firstShown(systems), rivals: rivalsOf(results, indexOf) };
}

function describe(results: Results, result: Result, indexOf: ReadonlyMap<string, number>): SystemData {
  const { cell, letters, correct, items, unparsed, run } = result;
  const name = cellName(cell, results);
  const model = results.labels.models[cell.model] ?? cell.model;
  const state = stateOf(results, cell);
  const before = cell.trained || cell.variant !== "plain" ? indexOf.get(cellKey(beforeTraining(cell))) : undefined;
  return {
    name,
    model,
    state,
    label: `${model}, ${state}`,
    ...(before !== undefined && { before }),
    answers: results.items
      .map(({ index }) => (letters.has(index) ? (letters.get(index) ?? UNPARSED) : NOT_ASKED))
      .join(""),
    right: correct,
    asked: items,
    unparsed,
    run,
    command: traceCommand(results, name),
  };
}

/** The command that recomputes a number. */
export const traceCommand = ({ profile }: Results, name: string): string =>
  `npx wov trace ${name}${profile === "pocket" ? "" : ` --profile ${profile}`}`;

/** The command that recomputes a table or figure from its file in the report. */
export const traceFileCommand = (results: Results, file: string): string =>
  traceCommand(results, join(reportFolder(results.profile), file));

/** What a model is shown in some variants, in place of its usual input. */
const SHOWN: Partial<Record<Cell["variant"], string>> = {
  "shuffled-picture": "on another item's picture",
  "no-picture": "without a picture",
  "gold-situation": "on the benchmark's sentence",
};

/** "on pictures, before training", "on pictures, after 2,000 samples of Teacher (rules)" */
function stateOf(results: Results, { model, input, variant, trained }: Cell): string {
  const usual = input === "caption" ? "on captions" : "on pictures";
  const shown = variant === "plain" ? usual : (SHOWN[variant] ?? `${usual}, ${variant.replace("-", " ")}`);
  if (!trained) return input === "caption" ? shown : `${shown}, before training`;
  const size = trained.size.toLocaleString("en");
  const seed = results.seeds.length > 1 ? `, seed ${trained.seed}` : "";
  const method = trained.method ? `, ${results.labels.methods[trained.method] ?? trained.method}` : "";
  return `${shown}, after ${size} of ${sourceLabel(results, model, trained.source)}${method}${seed}`;
}

/** The system that training has changed most: its answers are worth a look. */
function firstShown(systems: readonly SystemData[]): number {
  const gain = ({ right, asked, before }: SystemData) =>
    before === undefined ? -1 : right / asked - systems[before]!.right / systems[before]!.asked;
  const gains = systems.map(gain);
  return gains.length === 0 ? 0 : gains.indexOf(gains.reduce((most, one) => Math.max(most, one)));
}

/** Models before training, and after the largest training on the teacher's text with the first seed. */
function rivalsOf({ cells, sizes, seeds, teacher }: Results, indexOf: ReadonlyMap<string, number>): number[] {
  const isShown = ({ variant, trained }: Cell) =>
    variant === "plain" &&
    (!trained ||
      (trained.source === teacher && trained.size === sizes.at(-1) && trained.seed === seeds[0] && !trained.method));
  return cells.filter(isShown).flatMap((cell) => indexOf.get(cellKey(cell)) ?? []);
}
