import { readFileSync, writeFileSync } from "node:fs";

/** A notebook's cells as they are read and written; what else they hold stays. */
interface RawCell {
  cell_type: string;
  id: string;
  source: string[];
}

const EXERCISE = /\*\*Try it\.?\*\*(?<head>.*?)<details>(?<answer>.*?)<\/details>/gs;
const CODE = /```ts\n(.*?)```/gs;

/** The code of the answers to the exercises in a text, but of those that name their minutes. */
export const answersIn = (text: string): string[] =>
  [...text.matchAll(EXERCISE)]
    .filter(({ groups }) => !/^ \([^)]*minutes/.test(groups!.head!))
    .flatMap(({ groups }) => [...groups!.answer!.matchAll(CODE)].map(([, code]) => code!));

/**
 * Writes a copy of a notebook in which the code of each answer is a cell, where its exercise stands.
 *
 * @returns the number of answers
 */
export function writeWithAnswers(file: string, to: string): number {
  const notebook: { cells: RawCell[] } = JSON.parse(readFileSync(file, "utf8"));
  let answers = 0;
  notebook.cells = notebook.cells.flatMap((cell) => {
    const codes = cell.cell_type === "markdown" ? answersIn(cell.source.join("")) : [];
    const cells = codes.map((code) => ({
      cell_type: "code",
      execution_count: null,
      id: `answer-${++answers}`,
      metadata: {},
      outputs: [],
      source: [code],
    }));
    return [cell, ...cells];
  });
  writeFileSync(to, JSON.stringify(notebook));
  return answers;
}
