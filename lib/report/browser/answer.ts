import { h } from "./dom";
import { outcomeOf } from "./outcome";

const MARKS = { right: "✓", wrong: "✗", unparsed: "?", "not asked": "–" } as const;

/** A letter with its mark: "B ✗". Colour is never the only sign. */
export function answerMark(answer: string, gold: string): HTMLElement {
  const outcome = outcomeOf(answer, gold);
  const text = outcome === "unparsed" || outcome === "not asked" ? MARKS[outcome] : `${answer} ${MARKS[outcome]}`;
  return h("span", { class: `answer ${outcome.replace(" ", "-")}`, title: outcome }, text);
}

/** The options of a question; the right one is bold and has a check mark. */
export const optionList = (
  options: readonly (readonly [letter: string, text: string])[],
  right: string | undefined,
  more: (letter: string) => HTMLElement | undefined = () => undefined,
): HTMLElement =>
  h(
    "ul",
    { class: "options" },
    ...options.map(([letter, text]) =>
      h(
        "li",
        { class: letter === right ? "gold" : "" },
        h("span", { class: "letter" }, letter),
        h("span", { class: "option-text" }, text, letter === right && " ✓"),
        more(letter),
      ),
    ),
  );
