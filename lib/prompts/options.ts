import type { Option } from "../benchmark/index";

/** Options as the authors render them: one a line, "A. Call for help at once." */
export function renderOptions(options: readonly Option[]): string {
  return options.map(({ letter, text }) => `${letter}. ${text}`).join("\n");
}
