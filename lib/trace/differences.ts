import { readCsv } from "./csv";

/** A place where a file differs from what was computed again; an absent text is not there at all. */
export interface Difference {
  where: string;
  file?: string;
  computed?: string;
}

/** Where a file differs from what it should hold, by its ending; nowhere if the bytes are equal. */
export function differencesOf(ending: string, file: Buffer, computed: Buffer): Difference[] {
  if (file.equals(computed)) return [];
  const places = compareAs[ending]?.(file.toString(), computed.toString()) ?? [];
  return places.length > 0 ? places : [{ where: "the bytes of the file" }];
}

const lines = (file: string, computed: string) => listDifferences("line", file.split("\n"), computed.split("\n"));

const compareAs: Record<string, (file: string, computed: string) => Difference[]> = {
  ".csv": (file, computed) => csvDifferences(readCsv(file), readCsv(computed)),
  ".md": lines,
  ".tex": lines,
  ".svg": (file, computed) => listDifferences("text", textsOf(file), textsOf(computed)),
  ".plotly.json": jsonDifferences,
};

/** Entry by entry, each named by the names in its row and its column. */
function csvDifferences(file: string[][], computed: string[][]): Difference[] {
  const [header = [], ...rows] = computed;
  const found = listDifferences("column", file[0] ?? [], header);
  if (found.length > 0) return found;
  const length = Math.max(rows.length, file.length - 1);
  return Array.from({ length }, (_, r) => {
    const [theirs, ours] = [file[r + 1], rows[r]];
    if (!theirs || !ours) return [{ where: `row ${r + 1}`, file: theirs?.join(", "), computed: ours?.join(", ") }];
    const name = ours
      .slice(0, NAMES)
      .filter((value) => value !== "" && !/^[\d.,–]+$/.test(value))
      .join(", ");
    const width = Math.max(theirs.length, ours.length);
    return Array.from({ length: width }, (_, c) => c).flatMap((c): Difference[] =>
      theirs[c] === ours[c]
        ? []
        : [
            {
              where: `${name || `row ${r + 1}`}: ${header[c] ?? `column ${c + 1}`}`,
              file: theirs[c],
              computed: ours[c],
            },
          ],
    );
  }).flat();
}

/** The names of a row stand in its first columns. */
const NAMES = 3;

function listDifferences(what: string, file: readonly string[], computed: readonly string[]): Difference[] {
  const length = Math.max(file.length, computed.length);
  return Array.from({ length }, (_, i) => i).flatMap((i): Difference[] =>
    file[i] === computed[i] ? [] : [{ where: `${what} ${i + 1}`, file: file[i], computed: computed[i] }],
  );
}

/** The texts of a drawing, among them its numbers. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/>([^<>]+)</g)].map(([, text]) => text!.trim()).filter((text) => text !== "");

function jsonDifferences(file: string, computed: string): Difference[] {
  let theirs: Map<string, string>;
  try {
    theirs = new Map(leaves(JSON.parse(file)));
  } catch {
    return [{ where: "the file is no longer JSON" }];
  }
  const ours = new Map(leaves(JSON.parse(computed)));
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((path): Difference[] =>
    theirs.get(path) === ours.get(path) ? [] : [{ where: path, file: theirs.get(path), computed: ours.get(path) }],
  );
}

/** The values in JSON by their paths, such as "data.0.y.2". */
const leaves = (value: unknown, path: string[] = []): [string, string][] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
    : [[path.join("."), JSON.stringify(value) ?? ""]];
