import type { Option } from "../prompts/index";

/*
 * The same options in other orders, by moving the first few to the end. Over all such orders of a list, each option
 * stands at each position once, so what a model chooses for its content can be told from what it chooses for its place.
 */

/** The options with the first `by` moved to the end, and the letters given anew in their order. */
export const rotateOptions = (options: readonly Option[], by: number): Option[] =>
  options.map(({ letter }, i) => ({ letter, text: options[(i + by) % options.length]!.text }));

/** The letter that an option has in the original order, by its letter after `rotateOptions`. */
export function originalLetter(options: readonly Option[], letter: string, by: number): string {
  const at = options.findIndex((option) => option.letter === letter);
  return options[(at + by) % options.length]!.letter;
}
