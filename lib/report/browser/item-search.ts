import { type ItemsData, NOT_ASKED, type SystemsData } from "./data";
import type { ItemState } from "./item-state";
import { isShown, type Show } from "./outcome";

/** Finds the items that filters ask for; items are named by their indices. */
export class ItemSearch {
  /** By item, the share of the systems asked that have it right. */
  readonly shares: number[];
  /** What words are looked for in, by item. */
  private readonly texts: string[];

  constructor(
    private readonly data: ItemsData,
    private readonly systems: SystemsData,
  ) {
    this.texts = data.items.map(({ n, caption, situation, options }) =>
      [n, caption, situation, ...options].join("\n").toLowerCase(),
    );
    this.shares = data.items.map(({ gold }, i) => {
      const asked = systems.systems.filter(({ answers }) => answers[i] !== NOT_ASKED);
      return asked.filter(({ answers }) => answers[i] === gold).length / Math.max(1, asked.length);
    });
  }

  /** The items of a category that have the words. */
  withWords({ category, words }: ItemState): number[] {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return this.data.items.flatMap((item, i) =>
      (category < 0 || item.category === category) && wanted.every((word) => this.texts[i]!.includes(word)) ? [i] : [],
    );
  }

  /** Of these items, those whose answers a filter shows. */
  having(show: Show, some: readonly number[], { system }: ItemState): number[] {
    const { answers, before } = this.systems.systems[system]!;
    const were = before === undefined ? undefined : this.systems.systems[before]!.answers;
    return some.filter((i) => isShown(show, this.data.items[i]!.gold, answers[i]!, were?.[i]));
  }

  /** These items in the order that was chosen. */
  inOrder(some: readonly number[], { order }: ItemState): number[] {
    const { items } = this.data;
    if (order === "category") return some.toSorted((a, b) => items[a]!.category - items[b]!.category);
    if (order === "hardest") return some.toSorted((a, b) => this.shares[a]! - this.shares[b]!);
    return [...some];
  }
}
