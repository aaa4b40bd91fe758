import type { SourceReport } from "../study/index";
import { escapeHtml } from "./table";

/**
 * Some samples of a source as cards: the question, its right option, its rationale, and the reply that it came from.
 */
export function sampleCards({ kept, replies }: SourceReport, count: number): string {
  return kept
    .slice(0, count)
    .map(({ id, situation, question, options, answer, rationale, call }) => {
      const choices = options.map(
        ({ letter, text }) => `<li${letter === answer ? ' class="gold"' : ""}>${letter}. ${escapeHtml(text)}</li>`,
      );
      return (
        `<div class="item"><div><b>${escapeHtml(id)}</b><p>${escapeHtml(situation)}<br>${escapeHtml(question)}</p>` +
        `<ul>${choices.join("")}</ul><p><i>${escapeHtml(rationale)}</i></p>` +
        `<details><summary>the reply it came from</summary><pre>${escapeHtml(replies[call] ?? "")}</pre></details></div></div>`
      );
    })
    .join("");
}
