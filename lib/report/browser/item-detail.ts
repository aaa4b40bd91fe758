import { answerMark, optionList } from "./answer";
import { type ItemData, type ItemsData, REPLIES_PER_CHUNK, type SystemData, type SystemsData } from "./data";
import { command, h } from "./dom";
import { load } from "./load";

/** Replies that are longer are folded. */
const MAX_OPEN = 160;

interface DetailOptions {
  /** "12 of 217" */
  place: string;
  onStep(by: number): void;
  onSystem(system: number): void;
}

/** Shows an item: its picture, options and caption, and what each system replied. */
export function itemDetail(
  place: HTMLElement,
  { items, categories }: ItemsData,
  { systems }: SystemsData,
  index: number,
  focus: number,
  options: DetailOptions,
): void {
  const item = items[index]!;
  const replies = new Map<number, HTMLElement>();
  const answers = answersTable(item, index, systems, focus, replies, options.onSystem);
  place.replaceChildren(
    heading(item, categories, options),
    question(item, index, systems),
    answers,
    h("p", { class: "hint" }, `To recompute the accuracy of ${systems[focus]!.label}:`),
    command(systems[focus]!.command),
  );
  void fillReplies(index, replies);
}

const heading = ({ n, category }: ItemData, categories: readonly string[], { place, onStep }: DetailOptions) =>
  h(
    "header",
    {},
    h("h2", {}, `Item ${n}`),
    h("span", { class: "chip" }, categories[category]),
    h(
      "span",
      { class: "steps" },
      h("button", { type: "button", "aria-label": "Previous item", onclick: () => onStep(-1) }, "‹"),
      h("span", { class: "place" }, place),
      h("button", { type: "button", "aria-label": "Next item", onclick: () => onStep(1) }, "›"),
    ),
  );

function question(item: ItemData, index: number, systems: readonly SystemData[]): HTMLElement {
  const asked = systems.filter(({ answers }) => answers[index] !== " ").length;
  const chosen = (letter: string) => systems.filter(({ answers }) => answers[index] === letter).length;
  const count = (letter: string) =>
    h(
      "span",
      { class: "share", title: `chosen by ${chosen(letter)} of ${asked} systems` },
      h("i", { class: "part-of", style: `width:${Math.round((44 * chosen(letter)) / Math.max(1, asked))}px` }),
      chosen(letter),
    );
  const about: [string, string][] = [
    ["Generated caption", item.caption],
    ["The benchmark’s description", item.situation],
    ["Why this action", item.reason],
  ];
  return h(
    "div",
    { class: "question" },
    pictureOf(item),
    h(
      "div",
      {},
      optionList(
        item.options.map((text, i) => [item.letters[i]!, text]),
        item.gold,
        count,
      ),
      h("p", { class: "hint" }, `The right action is bold. Numbers: how many of ${asked} systems chose an option.`),
    ),
    h("dl", {}, ...about.filter(([, text]) => text).flatMap(([what, text]) => [h("dt", {}, what), h("dd", {}, text)])),
  );
}

/** The item's picture, or a box in its place. */
export const pictureOf = ({ n, picture }: ItemData): HTMLElement =>
  picture
    ? h("img", { src: `pictures/${picture}`, alt: `Picture of item ${n}`, width: 224, height: 224 })
    : h("p", { class: "no-picture" }, "No picture");

function answersTable(
  { gold }: ItemData,
  index: number,
  systems: readonly SystemData[],
  focus: number,
  replies: Map<number, HTMLElement>,
  onSystem: (system: number) => void,
): HTMLElement {
  const rows = systems.map(({ state, answers, before }, i) => {
    const reply = h("td", { class: "reply" });
    replies.set(i, reply);
    const was = before !== undefined && before !== i ? answerMark(systems[before]!.answers[index]!, gold) : undefined;
    const button = h("button", { type: "button", class: "link", onclick: () => onSystem(i) }, state);
    return h(
      "tr",
      { class: i === focus ? "focus" : "", "aria-current": i === focus ? "true" : undefined },
      h("th", { scope: "row" }, button),
      h("td", {}, was),
      h("td", {}, answerMark(answers[index]!, gold)),
      reply,
    );
  });
  // The model in focus comes first.
  const models = [...new Set([systems[focus]!.model, ...systems.map(({ model }) => model)])];
  const bodies = models.map((model) => {
    const own = rows.filter((_, i) => systems[i]!.model === model);
    return h("tbody", {}, h("tr", { class: "group" }, h("th", { colspan: 4, scope: "rowgroup" }, model)), ...own);
  });
  const head = ["System", "Before", "Answer", "Reply"].map((text) => h("th", { scope: "col" }, text));
  return h(
    "div",
    { class: "answers", tabindex: 0, role: "group", "aria-label": "Answers of all systems" },
    h("table", {}, h("thead", {}, h("tr", {}, ...head)), ...bodies),
  );
}

/** Loads the replies to an item and shows them as they came. */
async function fillReplies(index: number, places: ReadonlyMap<number, HTMLElement>): Promise<void> {
  const chunk = await load(`replies-${Math.floor(index / REPLIES_PER_CHUNK)}`);
  for (const [i, place] of places) {
    const text = chunk[i]?.[index % REPLIES_PER_CHUNK];
    place.replaceChildren(text === null || text === undefined ? "not asked" : replyOf(text));
  }
}

function replyOf(text: string): HTMLElement {
  if (text.length <= MAX_OPEN) return h("q", {}, text);
  return h("details", {}, h("summary", {}, h("q", {}, `${text.slice(0, MAX_OPEN)}…`)), h("pre", {}, text));
}
