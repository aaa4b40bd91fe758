import { accuracy, sourceLabel, stateText, type Table } from "../show/index";
import { type Cell, cellKey, controlSize, meanName, OWN_LABELS, type Results } from "../study/index";

/** What an entry of a table is about. */
export interface Subject {
  /** The answers of a system; of several training seeds, their mean. */
  cells: Cell[];
  /** Which of the answers; all by default. */
  show?: "gained" | "lost" | "flipped";
  category?: string;
}

type Row = Table["rows"][number];

/** Whether a cell is the one that an entry is about. */
type Is = (cell: Cell, row: Row, key: string, results: Results) => boolean;

interface Column {
  is: Is;
  /** For entries about what training changed. Without it, an entry begins with the accuracy of its cell. */
  show?: Subject["show"];
}

const isPlain = ({ variant, trained }: Cell) => variant === "plain" && trained?.method === undefined;
const before: Is = (cell) => isPlain(cell) && !cell.trained;
const trainedOn = (cell: Cell, { source }: Row, size: string, results: Results): boolean =>
  isPlain(cell) &&
  cell.trained !== undefined &&
  [sourceLabel(results, cell.model, cell.trained.source), results.labels.sources[cell.trained.source]].includes(
    String(source),
  ) &&
  cell.trained.size.toLocaleString("en") === size;
const after: Is = (cell, row, _, results) => trainedOn(cell, row, String(row.size), results);
const inState: Is = (cell, { state }, _, results) => isPlain(cell) && stateText(results, cell) === state;
const isControl: Is = ({ variant, trained }) => variant === "shuffled-picture" || trained?.source === OWN_LABELS;

/** The entries of tables that one system stands behind, by the keys of their columns; "*" is any other. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  table1: { accuracy: { is: before } },
  table2: {
    before: { is: before },
    "*": { is: (cell, row, key, results) => trainedOn(cell, row, Number(key).toLocaleString("en"), results) },
  },
  controls: { before: { is: before }, after: { is: isControl } },
  variants: {
    plain: { is: inState },
    "*": { is: (cell, row, key, results) => cell.variant === key && stateText(results, cell) === row.state },
  },
  "scorers-compared": { strict: { is: inState } },
  methods: {
    accuracy: {
      is: ({ variant, trained }, _, __, results) => variant === "plain" && trained?.size === controlSize(results),
    },
  },
  "against-base": {
    before: { is: before },
    after: { is: after },
    gained: { is: after, show: "gained" },
    lost: { is: after, show: "lost" },
    points: { is: after, show: "flipped" },
  },
  "self-improvement": { gain: { is: after, show: "flipped" } },
};

/** Finds what the entries of a study's tables are about, as far as it is the answers of one system. */
export function subjectFinder(results: Results): (table: Table) => (row: Row, key: string) => Subject | undefined {
  const found = results.cells.filter((cell) => results.get(cell));
  const byKey = new Map(found.map((cell) => [cellKey(cell), cell]));
  const labelOf = (cell: Cell) => results.labels.models[cell.model];
  const text = (cell: Cell) => accuracy(results.get(cell)!).toFixed(2);
  return ({ name }) =>
    (row, key) => {
      if (name === "categories") {
        const cell = byKey.get(key);
        return cell && { cells: [cell], category: String(row.category) };
      }
      const column = COLUMNS[name]?.[key] ?? COLUMNS[name]?.["*"];
      if (!column) return undefined;
      const value = String(row[key] ?? "");
      const own = found.filter((cell) => labelOf(cell) === row.model && column.is(cell, row, key, results));
      const isOne = new Set(own.map(meanName)).size === 1;
      if (own.length > 1 && isOne) return { cells: own, show: column.show };
      // Equal accuracies of two systems are not told apart: then none is named.
      const fitting = column.show ? own : own.filter((cell) => value.split(" ")[0] === text(cell));
      return fitting.length === 1 ? { cells: fitting, show: column.show } : undefined;
    };
}
