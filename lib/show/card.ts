import type { Option } from "../benchmark/index";
import { escapeHtml } from "../escape";

/**
 * A box with a picture, if there is one, beside text. Its styles stand in its elements, since JupyterLab removes style
 * sheets from notebooks that it does not trust.
 */
export const card = (picture: string, text: string): string =>
  '<div class="item" style="display: flex; flex-wrap: wrap; gap: 1.2em; padding: 1em 0; border-bottom: 1px solid #ddd">' +
  `${picture}<div style="flex: 1; min-width: 16em">${text}</div></div>`;

/** Options in a list; the right one is bold and has a check mark. */
export function optionList(options: readonly Option[], right: string): string {
  const items = options.map((option) => {
    const text = `${escapeHtml(option.letter)}. ${escapeHtml(option.text)}`;
    return `<li>${option.letter === right ? `<b>${text} ✓</b>` : text}</li>`;
  });
  return `<ul style="list-style: none; padding: 0; margin: 0.4em 0">${items.join("")}</ul>`;
}
