import type { ComparedRow, Published, PublishedNumber } from "../published/index";
import { type Interval, newcombe, type Proportion, wilson } from "../stats/index";
import type { Cell, Results } from "../study/index";
import { trainedCells } from "./cells";
import { percentText, pointsText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

/** Each choice of the paper beside what this study does. */
export function fidelityTable(rows: readonly ComparedRow[]): Table {
  const count = (one: ComparedRow["verdict"]) => rows.filter(({ verdict }) => verdict === one).length;
  return {
    name: "fidelity",
    title: "Fidelity to the paper, row by row",
    note:
      `Of ${rows.filter(({ value }) => value !== undefined).length} values that the paper or the authors' scripts give: ` +
      `${count("as in the paper")} as in the paper, ${count("as in the source")} as in the scripts, ` +
      `${count("differs")} different, ${count("not set")} not set. Source: where a choice comes from that the paper ` +
      "leaves open. §: sections of the paper; B, C: its appendices.",
    columns: [
      { key: "place", label: "Place" },
      { key: "paper", label: "The paper" },
      { key: "ours", label: "This study" },
      { key: "where", label: "Where in the kit" },
      { key: "departs", label: "Departure and reason" },
    ],
    rows: rows.map((row) => ({
      place: row.place,
      paper: row.says,
      ours: oursText(row),
      where: row.where.join(", "),
      departs: [row.source && `Source: ${row.source}.`, row.departs].filter(Boolean).join(" "),
    })),
  };
}

/** "32: as in the paper", "0.001: differs from 0.00002", "not set, in place of gpt-4o-2024-11-20", "departs" */
function oursText({ ours, value, verdict }: ComparedRow): string {
  if (verdict === "not set") return `not set, in place of ${valueText(value)}`;
  if (ours === undefined) return verdict;
  return `${valueText(ours)}: ${verdict}${verdict === "differs" ? ` from ${valueText(value)}` : ""}`;
}

const valueText = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : String(value));

/** The paper's numbers (Tables 1 and 2) beside this study's, each with an interval, and whether they agree. */
export function agreementTable(results: Results, { items, numbers }: Pick<Published, "items" | "numbers">): Table {
  const isNamed = Object.keys(results.published.models).length > 0;
  const shown = isNamed ? numbers.filter(({ place }) => place === "Table 1" || place === "Table 2") : [];
  return {
    name: "agreement",
    title: "The paper's numbers beside this study's",
    note: isNamed ? agreementNote(results, items) : notComparable(results),
    columns: [
      { key: "place", label: "Place" },
      { key: "model", label: "Model" },
      { key: "source", label: "Source of the text" },
      { key: "size", label: "Samples", numeric: true },
      { key: "paper", label: "The paper, %", numeric: true },
      { key: "ours", label: "This study, %", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "items", label: "Items", numeric: true },
      { key: "seeds", label: "Seeds", numeric: true },
      { key: "difference", label: "Difference, points", numeric: true },
      { key: "differenceInterval", label: "95 % interval of the difference" },
      { key: "verdict", label: "Verdict" },
    ],
    rows: shown.map((number) => ({
      place: number.place,
      model: number.model,
      source: number.source ?? "",
      size: number.size?.toLocaleString("en") ?? "",
      paper: number.accuracy.toFixed(2),
      ...agreementCells({ share: number.correct / items, n: items }, foundFor(results, number)),
    })),
  };
}

const agreementNote = ({ evidence, seeds }: Results, items: number) =>
  `Differences are this study minus the paper. The authors' replies are not public, so both are compared as if they had ` +
  `answered different items: Newcombe's interval from the paper's ${items.toLocaleString("en")} items and ours, which is ` +
  `usually wider than one from the same items would be. “agrees”: it contains 0. ` +
  (seeds.length > 1
    ? "After training, the accuracy is the mean over the seeds found; intervals reflect the choice of items only. "
    : "Intervals reflect the choice of items only. ") +
  evidence;

const notComparable = ({ profile, evidence }: Results) =>
  `Nothing to compare: the profile '${profile}' does not say which of its models are the paper's (\`published\`). ${evidence}`;

/** What the study has for one of the paper's numbers; undefined if it has none. */
interface Found extends Proportion {
  /** Trainings that the share is the mean of; "" before training. */
  seeds: number | "";
}

/** The mean over all cells that are this number of the paper: one per seed. Sizes must be equal. */
function foundFor(results: Results, { model, source, size }: PublishedNumber): Found | undefined {
  const { models, sources } = results.published;
  const ids = Object.keys(models).filter((id) => models[id] === model);
  const isHere = ({ model: id, trained }: ReturnType<typeof trainedCells>[number]) =>
    ids.includes(id) && sources[trained.source] === source && trained.size === size;
  const cells: Cell[] =
    source === undefined
      ? ids.flatMap((id) =>
          results.cells.filter(({ model: one, trained, variant }) => one === id && !trained && variant === "plain"),
        )
      : trainedCells(results).filter(isHere);
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  if (found.length === 0) return undefined;
  const share = found.reduce((sum, { correct, items }) => sum + correct / items, 0) / found.length;
  return {
    share,
    n: Math.min(...found.map(({ items }) => items)),
    seeds: source === undefined ? "" : found.length,
  };
}

function agreementCells(paper: Proportion, ours: Found | undefined) {
  if (!ours)
    return {
      ours: NOT_THERE,
      interval: NOT_THERE,
      items: NOT_THERE,
      seeds: NOT_THERE,
      difference: NOT_THERE,
      differenceInterval: NOT_THERE,
      verdict: NOT_THERE,
    };
  const { low, high } = wilsonOf(ours);
  const difference = newcombe(paper, ours);
  return {
    ours: percentText(ours.share),
    interval: `${percentText(low, 1)}–${percentText(high, 1)}`,
    items: ours.n,
    seeds: ours.seeds,
    difference: signed(100 * difference.difference),
    differenceInterval: pointsText(difference),
    verdict: difference.low <= 0 && difference.high >= 0 ? "agrees" : "differs",
  };
}

/** Wilson's interval; a mean of shares may exceed 1 by a rounding error. */
const wilsonOf = ({ share, n }: Proportion): Interval => wilson(Math.min(share, 1) * n, n);
