import { answerMark, optionList } from "./answer";
import type { ItemData, ItemsData, SystemsData } from "./data";
import { appElement, h } from "./dom";
import { pictureOf } from "./item-detail";
import { onKeys } from "./keys";
import { load } from "./load";
import { routeTo } from "./route";

const ROUNDS = 10;

let game: Promise<Game> | undefined;

/** Lets the reader answer items, and shows how the models did on the same ones. */
export async function showPlay(): Promise<void> {
  const place = appElement("play-app");
  if (!place) return;
  game ??= Promise.all([load("items"), load("systems")]).then(([items, systems]) => new Game(place, items, systems));
  await game;
}

class Game {
  /** Indices of the items, and the reader's answers so far. */
  private drawn: number[] = [];
  private answers: string[] = [];

  constructor(
    private readonly place: HTMLElement,
    private readonly data: ItemsData,
    private readonly systems: SystemsData,
  ) {
    onKeys(place, Object.fromEntries(Array.from({ length: 9 }, (_, i) => [String(i + 1), () => this.press(i)])));
    this.start();
  }

  private start(): void {
    const withPicture = this.data.items.flatMap(({ picture }, i) => (picture ? [i] : []));
    const from = withPicture.length > 0 ? withPicture : this.data.items.map((_, i) => i);
    this.drawn = [];
    while (this.drawn.length < Math.min(ROUNDS, from.length)) {
      const one = from[Math.floor(Math.random() * from.length)]!;
      if (!this.drawn.includes(one)) this.drawn.push(one);
    }
    this.answers = [];
    this.ask();
  }

  private get item(): ItemData {
    return this.data.items[this.drawn[this.answers.length]!]!;
  }

  private ask(): void {
    const { item } = this;
    const buttons = item.options.map((text, i) =>
      h(
        "button",
        { type: "button", class: "option", onclick: () => this.answer(item.letters[i]!) },
        h("span", { class: "letter" }, item.letters[i]),
        h("span", {}, text),
      ),
    );
    this.place.replaceChildren(
      this.progress(),
      h(
        "div",
        { class: "round" },
        pictureOf(item),
        h("div", {}, h("h2", {}, "What should one do first?"), h("div", { class: "option-buttons" }, ...buttons)),
      ),
      h("p", { class: "hint" }, "Choose with a click, or with the keys 1 to ", String(item.options.length), "."),
    );
  }

  private answer(letter: string): void {
    const { item } = this;
    const index = this.drawn[this.answers.length]!;
    this.answers.push(letter);
    const isLast = this.answers.length === this.drawn.length;
    const next = h(
      "button",
      { type: "button", class: "primary next", onclick: () => (isLast ? this.end() : this.ask()) },
      isLast ? "See the score" : "Next item",
    );
    const models = this.systems.rivals.map((one) => {
      const { label, answers } = this.systems.systems[one]!;
      return h("li", {}, answerMark(answers[index]!, item.gold), " ", label);
    });
    this.place.replaceChildren(
      this.progress(),
      h(
        "div",
        { class: "round" },
        pictureOf(item),
        h(
          "div",
          {},
          h("h2", { role: "status" }, letter === item.gold ? "Right" : `The benchmark says ${item.gold}`),
          optionList(
            item.options.map((text, i) => [item.letters[i]!, text]),
            item.gold,
            (one) => (one === letter ? h("span", { class: "chip" }, "your choice") : undefined),
          ),
          item.reason !== "" && h("p", { class: "hint" }, item.reason),
          next,
        ),
        h("div", { class: "models" }, h("h3", {}, "What the models chose"), h("ul", {}, ...models)),
      ),
    );
    next.focus();
  }

  /** How many are answered, and how many of them rightly. */
  private progress(): HTMLElement {
    const dots = this.drawn.map((index, i) => {
      const answer = this.answers[i];
      const kind = answer === undefined ? "" : answer === this.data.items[index]!.gold ? "right" : "wrong";
      return h("i", { class: `dot ${kind}` });
    });
    const done = this.answers.length;
    return h("p", { class: "progress" }, ...dots, h("span", {}, `${done} of ${this.drawn.length} answered`));
  }

  private end(): void {
    const items = this.drawn.map((index) => this.data.items[index]!);
    const score = (answers: (i: number) => string | undefined) =>
      items.filter(({ gold }, i) => answers(i) === gold).length;
    const rows = [
      { label: "You", right: score((i) => this.answers[i]) },
      ...this.systems.rivals.map((one) => {
        const { label, answers } = this.systems.systems[one]!;
        return { label, right: score((i) => answers[this.drawn[i]!]) };
      }),
    ];
    const bars = rows
      .sort((a, b) => b.right - a.right)
      .map(({ label, right }) =>
        h(
          "div",
          { class: `bar-row${label === "You" ? " you" : ""}` },
          h("span", { class: "what" }, label),
          h(
            "span",
            { class: "bar", "aria-hidden": "true" },
            h("i", { class: "fill", style: `width:${(100 * right) / items.length}%` }),
          ),
          h("span", {}, `${right} of ${items.length}`),
        ),
      );
    const links = items.map(({ n, gold }, i) =>
      h("li", {}, h("a", { href: routeTo(`item-${n}`) }, `Item ${n}`), " ", answerMark(this.answers[i]!, gold)),
    );
    const again = h("button", { type: "button", class: "primary", onclick: () => this.start() }, "Ten other items");
    this.place.replaceChildren(
      this.progress(),
      h(
        "h2",
        { role: "status" },
        `You had ${rows.find(({ label }) => label === "You")!.right} of ${items.length} right`,
      ),
      h("div", { class: "scores" }, ...bars),
      h(
        "p",
        { class: "hint" },
        `${items.length} items say little: the score of a model that is right in 80 % of all items is anything from 5 to 10.`,
      ),
      h("h3", {}, "Look at them again"),
      h("ul", { class: "played" }, ...links),
      again,
    );
    again.focus({ preventScroll: true });
  }

  /** Chooses the option at a place, from 0. */
  private press(at: number): void {
    this.place.querySelectorAll<HTMLButtonElement>("button.option")[at]?.click();
  }
}
