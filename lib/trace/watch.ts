import { type Cell, cellKey, type Results } from "../study/index";

/** What a table, a figure or a file was made from. */
export interface Used {
  cells: Cell[];
  /** Sources whose text was read. */
  sources: string[];
}

/** The same results, which note what is read from them. So what a table is made from is known without being listed. */
export function watch(results: Results): { watched: Results; used: Used } {
  const used: Used = { cells: [], sources: [] };
  const keys = new Set<string>();
  const note = (cells: readonly Cell[]) => {
    for (const cell of cells) {
      if (keys.has(cellKey(cell))) continue;
      keys.add(cellKey(cell));
      used.cells.push(cell);
    }
  };
  const noteSource = (source: string) => {
    if (!used.sources.includes(source)) used.sources.push(source);
  };
  const watched = new Proxy(results, {
    get(target, key: keyof Results) {
      if (key === "get" || key === "replies" || key === "likelihoods")
        return (cell: Cell) => {
          note([cell]);
          return target[key](cell);
        };
      if (key === "text")
        return (source: string) => {
          noteSource(source);
          return target.text(source);
        };
      if (key === "audit" || key === "costs") note(target.cells.filter((cell) => target.get(cell))); // of the whole study
      if (key === "curves") note(target.curves.map(({ cell }) => cell));
      if (key === "sources") for (const { source } of target.sources) noteSource(source);
      return target[key];
    },
  });
  return { watched, used };
}
