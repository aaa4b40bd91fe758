import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { WovError } from "../errors";
import { evidenceOf, type Origin, originOf, originOfFile, contentsOf as toPrint, writeFigures } from "../print/index";
import { loadPaper } from "../published/index";
import { type Entry, findEntry } from "../report/contents"; // the report's index has its files only
import { beforeAfter, type Figure, type Table, toCsv, toMarkdown, toPlotly, toSvg } from "../show/index";
import type { Study } from "../study/index";
import { type Difference, differencesOf } from "./differences";
import { type Used, watch } from "./watch";

/** A file of the report or of `wov figures`, beside what it holds when it is computed again from the raw replies. */
export interface TracedFile {
  file: string;
  title: string;
  /** When the file was written, ISO 8601. */
  writtenAt: string;
  /** Entries, lines or texts that differ; none if the bytes are equal. */
  differences: Difference[];
  used: Used;
}

/** The name of a table or figure, and the ending of its file. */
interface Wanted {
  name: string;
  ending: string;
}

/** What a file should hold. */
interface Made {
  title: string;
  content: string | Uint8Array;
}

const ENDINGS = [".csv", ".md", ".tex", ".svg", ".pdf", ".png", ".plotly.json"];
/** Files that gather the others. */
const GATHERED = ["figures", "captions"];

/**
 * Computes a table or figure again and compares it with its file.
 *
 * @throws WovError if the file is none of the report's or of `wov figures`, or if the study has nothing of its name
 */
export async function traceFile(study: Study, file: string): Promise<TracedFile> {
  const wanted = wantedIn(file);
  const found = readFileSync(file);
  const origin = originOfFile(file);
  const made = await (origin ? printAgain(study, wanted, origin) : reportAgain(study, wanted));
  if (!made)
    throw new WovError(
      `${file}: the study '${study.profile.name}' has no ${wanted.ending.slice(1)} file of a table or figure '${wanted.name}'. ` +
        "Name the profile that it was written from with --profile",
      2,
    );
  return {
    file,
    title: made.title,
    writtenAt: statSync(file).mtime.toISOString(),
    differences: differencesOf(wanted.ending, found, Buffer.from(made.content)),
    used: origin?.numbers === "published" ? { cells: [], sources: [] } : usedBy(study, wanted),
  };
}

function wantedIn(file: string): Wanted {
  const ending = ENDINGS.find((one) => file.endsWith(one));
  const name = basename(file, ending);
  if (ending && !GATHERED.includes(name)) return { name, ending };
  throw new WovError(`${file}: expected a table or figure of the report or of wov figures, such as table2.csv`, 2);
}

/** The cells and sources that a table or figure is made from: all cells, if the report does not have it. */
function usedBy(study: Study, wanted: Wanted): Used {
  const results = study.results();
  const { watched, used } = watch(results);
  const entry = entryOf(wanted);
  if (!entry) return { cells: results.cells.filter((cell) => results.get(cell)), sources: [] };
  entry.make(watched, loadPaper(study.root, study.profile));
  return used;
}

const isTableFile = (ending: string): boolean => [".csv", ".md"].includes(ending);

/** Tables and figures may share a name; LaTeX is written of both. */
const entryOf = ({ name, ending }: Wanted): Entry | undefined =>
  ending === ".tex"
    ? (findEntry("table", name) ?? findEntry("figure", name))
    : findEntry(isTableFile(ending) ? "table" : "figure", name);

/** A file of the report. */
async function reportAgain(study: Study, wanted: Wanted): Promise<Made | undefined> {
  const results = study.results();
  const { name, ending } = wanted;
  if (name === "before-after") {
    const content = await beforeAfter(results, study.picture);
    return { title: "The same items before and after training", content };
  }
  const made = [entryOf(wanted)?.make(results, loadPaper(study.root, study.profile))].flat();
  const one = made.find((each): each is Table | Figure => typeof each === "object" && each.name === name);
  const content = one && (await writeAs(one, ending));
  return content === undefined ? undefined : { title: one!.title, content };
}

async function writeAs(one: Table | Figure, ending: string): Promise<string | undefined> {
  if ("columns" in one) return ending === ".csv" ? toCsv(one) : ending === ".md" ? toMarkdown(one) : undefined;
  if (ending === ".svg") return toSvg(one);
  return ending === ".plotly.json" ? `${JSON.stringify(toPlotly(one))}\n` : undefined;
}

/** A file of `wov figures`, which is written into a folder of its own and read from there. */
async function printAgain(
  { root, profile, picture, results }: Study,
  { name, ending }: Wanted,
  origin: Origin,
): Promise<Made | undefined> {
  const paper = loadPaper(root, profile);
  const contents = toPrint(results(), picture, paper, origin.numbers);
  const named = <T extends { name: string }>(all: readonly T[]) => all.filter((one) => one.name === name);
  const [tables, figures] = [named(contents.tables), named(contents.figures)];
  const [one] = [...tables, ...figures];
  if (!one) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "wov-trace-"));
  try {
    const text = originOf(origin, evidenceOf(profile.evidence, paper, origin.numbers));
    const format = ending.slice(1) as "csv" | "md" | "tex" | "svg" | "pdf" | "png";
    const formats = format === "tex" ? (["tex", "pdf"] as const) : [format]; // a figure's tex belongs to its pdf
    const files = await writeFigures(folder, { tables, figures }, text, formats);
    const file = `${name}${ending}`;
    return files.includes(file) ? { title: one.title, content: readFileSync(join(folder, file)) } : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
