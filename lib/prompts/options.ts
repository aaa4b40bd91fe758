/** One of an item's possible actions. */
export interface Option {
  /** "A", "B", … as the item labels it, which may differ from its position in the list. */
  letter: string;
  /** The action itself, without its label. */
  text: string;
}

/** Options as the authors render them: one per line, "A. Call for help at once." */
export function renderOptions(options: readonly Option[]): string {
  return options.map(({ letter, text }) => `${letter}. ${text}`).join("\n");
}

/** "A. ", "(B) ", "C: ", "D.Go"; but not the first letter of "U.S." or "A.M." */
const LABEL = /^\s*\(?([A-Z])\s*[.):](?:\s+|(?![A-Z]\.))(?=\S)/;

/** Splits an option as people and models write it into its letter, if it has one, and its text. */
export function splitLabel(option: string): { letter?: string; text: string } {
  const label = LABEL.exec(option);
  return { letter: label?.[1], text: option.slice(label?.[0].length ?? 0).trim() };
}
