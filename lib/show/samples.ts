import { escapeHtml } from "../escape";
import type { SourceReport } from "../study/index";
import { card, optionList } from "./card";
import type { Table } from "./table";

/** How much of a rejected sample is shown, in characters. */
const MAX_TEXT = 160;

/** One rejected sample of a source for each reason, with the text that it resembles, if any. */
export const rejectedTable = ({ rejected }: Pick<SourceReport, "rejected">): Table => ({
  name: "rejected",
  title: "Why were samples rejected? One for each reason",
  note: "A sample that could be read is named by its id.",
  columns: [
    { key: "reason", label: "Reason" },
    { key: "what", label: "Sample, or its text" },
    { key: "twin", label: "Resembles" },
  ],
  rows: rejected.map(({ reason, what, twin = "" }) => ({ reason, what: what.slice(0, MAX_TEXT), twin })),
});

/**
 * Some samples of a source as cards: the question, its right option, its rationale, and the reply that it came from.
 */
export function sampleCards({ kept, replies }: Pick<SourceReport, "kept" | "replies">, count: number): string {
  return kept
    .slice(0, count)
    .map(({ id, situation, question, options, answer, rationale, call }) =>
      card(
        "",
        `<b>${escapeHtml(id)}</b><p>${escapeHtml(situation)}<br>${escapeHtml(question)}</p>${optionList(options, answer)}` +
          `<p><i>${escapeHtml(rationale)}</i></p><details><summary>the reply it came from</summary>` +
          `<pre style="white-space: pre-wrap">${escapeHtml(replies[call] ?? "")}</pre></details>`,
      ),
    )
    .join("");
}
