import { readFileSync } from "node:fs";

interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
}
interface Cell {
  id?: string;
  cell_type: string;
  source: string[];
  execution_count?: number | null;
  outputs?: Output[];
}
export interface Notebook {
  cells: Cell[];
  metadata: { words_over_vision?: { cpu?: string } };
}

export const readNotebook = (file: string): Notebook => JSON.parse(readFileSync(file, "utf8"));

const joined = (text: unknown): string => (Array.isArray(text) ? text.join("") : String(text));

/** Cells with the kinds of their outputs. */
export const cellsOf = (notebook: Notebook) =>
  notebook.cells.map(({ cell_type, source, outputs = [] }) => ({
    cell_type,
    source: joined(source),
    outputs: outputs.map(({ output_type, name, data }) => [output_type, name, ...Object.keys(data ?? {}).sort()]),
  }));

/** All that the outputs show; a stream's text may come in several pieces. */
export const outputsOf = (notebook: Notebook) =>
  notebook.cells.map(({ outputs = [] }) => {
    const text = outputs.map((output) => joined(output.text ?? "")).join("");
    return [text, ...outputs.flatMap(({ data }) => (data ? [data] : []))];
  });

/** The numbers in tables that the outputs show, as shown and in order; a cell may hold several, such as "+2.9 [1.2, 4.6]", or none. */
export function numbersOf(notebook: Notebook): string[] {
  const tables = notebook.cells.flatMap(({ outputs = [] }) =>
    outputs.map(({ data }) => joined(data?.["text/html"] ?? "")).filter((html) => html.includes("<table>")),
  );
  const cells = tables.flatMap((html) =>
    [...html.matchAll(/<td align="right"[^>]*>([^<]*)</g)].map(([, text]) => text!),
  );
  return cells.flatMap((text) => text.replaceAll("−", "-").match(/-?\d+(\.\d+)?/g) ?? []);
}
