import { counted } from "../count";
import { listProblems } from "../store/index";
import type { Study } from "../study/index";
import { entry, scoreText, type TracedCell } from "./cell";
import { type ChainOptions, chainText } from "./chain-text";
import type { Difference } from "./differences";
import type { Shown } from "./in-report";
import { labelled, listed, minute, sentence } from "./lines";
import { meanLines, meanText } from "./mean-text";
import { sampleText } from "./sample-text";
import type { Trace } from "./trace";

const MAX_DIFFERENCES = 10;

type TraceOf<Kind extends Trace["kind"]> = Extract<Trace, { kind: Kind }>;

/** A trace for a terminal or a notebook. */
export function traceText(study: Study, trace: Trace, options: ChainOptions = {}): string {
  const changed = changedLines(trace);
  const main =
    trace.kind === "sample"
      ? sampleText(study, trace.sample)
      : trace.kind === "file"
        ? fileLines(trace)
        : [...numberLines(trace), ...chainText(trace.runs, options), ...hint(options)];
  return `${[...main, ...changed].join("\n").trimEnd()}\n`;
}

function numberLines(trace: TraceOf<"cell" | "mean" | "run">): string[] {
  const next = `Next: npx wov study --profile ${trace.profile}`;
  if (trace.kind === "mean") return meanLines(trace.mean, trace.shown, next);
  return trace.kind === "cell" ? cellLines(trace, next) : filledLines(trace);
}

const hint = ({ origins = true }: ChainOptions) =>
  origins ? sentence("Each SHA-256 is cut to 16 digits; --json shows all of them, and all files.") : [];

function cellLines({ cells, shown }: TraceOf<"cell">, next: string): string[] {
  const [cell] = cells as [TracedCell];
  const where = [...new Set(shown.filter(({ same }) => same).map(({ file }) => file))];
  const same = where.length > 0 ? `, as in ${listed(where)}` : "";
  return [
    cell.name,
    ...(cell.score
      ? sentence(`${scoreText(cell)}${same}. The raw replies were read and scored again.`)
      : sentence(`This cell has no number: its answers are not complete, or were changed. ${next}`)),
    ...shown.filter((one) => !one.same).flatMap((one) => differs(one)),
    "",
  ];
}

const differs = ({ file, row, column, text }: Shown): string[] =>
  sentence(
    `✗ ${file} ${text === undefined ? "has no such entry" : `says ${text || "nothing"}`} (${row}; ${column}): it was edited, or is of ` +
      "another state of the study.",
  );

const filledLines = ({ cells }: TraceOf<"run">): string[] =>
  cells.length === 0 ? [] : [...cells.flatMap((cell) => sentence(`${cell.name}: ${scoreText(cell)}`)), ""];

function fileLines({ file, title, writtenAt, differences, cells, means, runs }: TraceOf<"file">): string[] {
  const name = Math.max(0, ...cells.map((cell) => cell.name.length));
  const later = runs.filter(({ manifest }) => manifest && manifest.finishedAt > writtenAt).length;
  const age =
    later > 0
      ? `${counted(later, "run")} behind it ended later: write it again.`
      : "It was edited, or written by other code or from another profile.";
  return [
    ...sentence(`${file}: ${title}`),
    ...(differences.length === 0
      ? sentence("It is, byte for byte, what the runs give now: the raw replies were read and scored again.")
      : sentence(
          `✗ It differs in ${counted(differences.length, "place")} from what the runs give now. It was written on ${minute(writtenAt)}. ${age}`,
        )),
    ...differences.slice(0, MAX_DIFFERENCES).flatMap(differenceLines),
    ...(differences.length > MAX_DIFFERENCES
      ? [`  … and ${differences.length - MAX_DIFFERENCES} more; --json lists all`]
      : []),
    "",
    ...(cells.length > 0 ? [`${counted(cells.length, "cell")} in it`] : []),
    ...cells.flatMap((cell) => entry(cell, name)),
    ...(means.length > 0 ? ["", `${counted(means.length, "mean")} over seeds, computed again from these cells`] : []),
    ...means.flatMap((mean) => [`  ${mean.name}`, `    ${meanText(mean)}`]),
    "",
    ...sentence(runsText(runs)),
    ...(cells[0] ? sentence(`Where one comes from: npx wov trace ${(means.at(-1) ?? cells.at(-1))!.name}`) : []),
  ];
}

function runsText(runs: TraceOf<"file">["runs"]): string {
  if (runs.length === 0) return "It is made from no run.";
  const changed = runs.filter(({ state }) => state === "damaged").length;
  return `${counted(runs.length, "run")} behind it: every file was compared with its manifest, and ${changed === 0 ? "none was changed" : `${counted(changed, "run")} changed`}.`;
}

const differenceLines = ({ where, file, computed }: Difference): string[] => [
  ...sentence(where, "  "),
  ...(file === undefined && computed === undefined
    ? []
    : [...labelled("  the file", file ?? "nothing"), ...labelled("  computed", computed ?? "nothing")]),
];

/** What was changed by hand, last, so that it is seen. */
function changedLines({ runs }: Trace): string[] {
  const changed = runs.filter(({ state }) => state === "damaged");
  if (changed.length === 0) return [];
  return [
    "",
    ...changed.flatMap(({ id, problems }) => [`✗ ${id}`, ...sentence(listProblems(problems), "  ")]),
    ...sentence(
      "What is made from it can no longer be relied on. Restore it from a copy, or run npx wov verify --repair, and then the study again.",
    ),
  ];
}
