import type { ItemsData, SystemsData } from "./data";
import { appElement, choices, h, isTyping, search, select } from "./dom";
import { itemDetail } from "./item-detail";
import { ItemList } from "./item-list";
import { load } from "./load";
import { isShown, type Show, shows, showsOf } from "./outcome";
import { type Route, replaceRoute, routeTo } from "./route";
import { Strip } from "./strip";

/** Orders of the items. */
const orders = { number: "by number", hardest: "hardest first", category: "by category" } as const;
type Order = keyof typeof orders;

interface State {
  /** Indices of the system and of the item that is open. */
  system: number;
  item: number | undefined;
  show: Show;
  /** Index of a category; -1 for all. */
  category: number;
  order: Order;
  /** Words to look for, in lower case. */
  words: string;
}

let browser: Promise<ItemBrowser> | undefined;

/** Shows the item browser as the address says. */
export async function showItems(route: Route): Promise<void> {
  const place = appElement("items-app");
  if (!place) return;
  browser ??= openBrowser(place);
  (await browser).follow(route);
}

async function openBrowser(place: HTMLElement): Promise<ItemBrowser> {
  const [items, systems] = await Promise.all([load("items"), load("systems")]);
  const list = await ItemList.open(items, systems);
  return new ItemBrowser(place, items, systems, list);
}

/** All items and systems: filters, the strip, the list, and the item that is open. */
class ItemBrowser {
  private state: State;
  /** Indices of the items that the filters show, in their order. */
  private shown: number[] = [];
  private readonly texts: string[];
  /** Which item and system the details are about. */
  private drawn = "";
  private readonly filters = h("div", { class: "filters" });
  private readonly results = h("div", { class: "results" });
  private readonly detail = h("article", { class: "detail", "aria-live": "polite" });
  private readonly strip = new Strip((system, item) => this.change({ system, ...(item !== undefined && { item }) }));

  constructor(
    place: HTMLElement,
    private readonly data: ItemsData,
    private readonly systems: SystemsData,
    private readonly list: ItemList,
  ) {
    this.state = { system: systems.first, item: undefined, show: "all", category: -1, order: "number", words: "" };
    this.texts = data.items.map(({ n, caption, situation, options }) =>
      [n, caption, situation, ...options].join("\n").toLowerCase(),
    );
    const split = h("div", { class: "split" }, this.list.element, this.detail);
    place.replaceChildren(this.filters, this.strip.element, legend(), this.results, split);
    this.list.onOpen = (item) => this.change({ item }, true);
    this.drawFilters();
    addEventListener("keydown", (event) => this.press(event));
  }

  /** Takes the state from the address. */
  follow({ item, filters }: Route): void {
    const { items, categories } = this.data;
    const system = this.systems.systems.findIndex(({ name }) => name === filters.get("system"));
    const show = filters.get("show") ?? "";
    const order = filters.get("order") ?? "";
    this.apply({
      system: system >= 0 ? system : filters.has("system") ? this.state.system : this.systems.first,
      item: item === undefined ? undefined : indexOf(items, item),
      show: show in shows ? (show as Show) : "all",
      category: categories.indexOf(filters.get("category") ?? ""),
      order: order in orders ? (order as Order) : "number",
      words: filters.get("words") ?? "",
    });
  }

  /** Changes a part of the state, and the address with it. */
  private change(part: Partial<State>, scroll = false): void {
    // With other filters the first item that they show is open, until one is chosen.
    const keepsItem = "item" in part || "system" in part;
    this.apply({ ...this.state, ...(keepsItem ? {} : { item: undefined }), ...part });
    replaceRoute(this.address());
    if (scroll && getComputedStyle(this.detail.parentElement!).display === "block") this.detail.scrollIntoView();
  }

  private address(): string {
    const { system, item, show, category, order, words } = this.state;
    const filters = {
      system: this.systems.systems[system]!.name,
      show: show === "all" ? "" : show,
      category: this.data.categories[category],
      order: order === "number" ? "" : order,
      words,
    };
    return routeTo(item === undefined ? "items" : `item-${this.data.items[item]!.n}`, filters);
  }

  private apply(next: State): void {
    const system = this.systems.systems[next.system]!;
    if (!showsOf(system).includes(next.show)) next.show = "all";
    const isFirst = this.shown.length === 0;
    const old = this.state;
    this.state = next;
    const isFiltered = FILTERS.some((key) => old[key] !== next[key]);
    if (isFirst || isFiltered) {
      this.shown = this.find();
      this.drawFilters();
      this.list.show(this.shown, system);
    }
    const { item } = this;
    this.strip.show({
      systems: this.systems.systems,
      items: this.data.items,
      shown: this.shown,
      system: next.system,
      item,
    });
    this.list.select(item);
    this.drawDetail();
    const count = this.shown.length.toLocaleString("en");
    this.results.textContent = `${count} of ${this.data.items.length.toLocaleString("en")} items`;
  }

  /** Index of the item that is open: the one that was chosen, or the first that is shown. */
  private get item(): number | undefined {
    return this.state.item ?? this.shown[0];
  }

  /** The items that the filters show. */
  private find(): number[] {
    const { show, order } = this.state;
    const found = this.inCategory().filter((i) => this.isShown(show, i));
    if (order === "category") found.sort((a, b) => this.data.items[a]!.category - this.data.items[b]!.category);
    if (order === "hardest") found.sort((a, b) => this.list.share(a) - this.list.share(b));
    return found;
  }

  /** The items of the category that have the words. */
  private inCategory(): number[] {
    const { category, words } = this.state;
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return this.data.items.flatMap((item, i) =>
      (category < 0 || item.category === category) && wanted.every((word) => this.texts[i]!.includes(word)) ? [i] : [],
    );
  }

  private isShown(show: Show, i: number): boolean {
    const { answers, before } = this.systems.systems[this.state.system]!;
    const was = before === undefined ? undefined : this.systems.systems[before]!.answers[i];
    return isShown(show, this.data.items[i]!.gold, answers[i]!, was);
  }

  /** Fields that are being typed in stay as they are. */
  private drawFilters(): void {
    const { systems } = this.systems;
    const { system, show, category, order, words } = this.state;
    const all = this.inCategory();
    const typed = this.filters.querySelector<HTMLInputElement>("input[type=search]");
    const isTypedIn = typed !== null && typed === document.activeElement;
    const field = isTypedIn ? typed.closest("label")! : search("Words", words, (text) => this.change({ words: text }));
    const fields = [
      select(
        "System",
        systems.map(({ label }, i) => [String(i), label] as const),
        String(system),
        (value) => this.change({ system: Number(value) }),
      ),
      select(
        "Category",
        [["-1", "All categories"], ...this.data.categories.map((one, i) => [String(i), one] as const)],
        String(category),
        (value) => this.change({ category: Number(value) }),
      ),
      select("Order", Object.entries(orders), order, (value) => this.change({ order: value as Order })),
      field,
    ];
    const counts = showsOf(systems[system]!).map(
      (one) => [one, shows[one], all.filter((i) => this.isShown(one, i)).length] as const,
    );
    const row = h("div", { class: "fields" }, ...fields);
    const buttons = choices("Answers to show", counts, show, (value) => this.change({ show: value as Show }));
    const focused = this.filters.contains(document.activeElement) ? focusPath(this.filters) : undefined;
    if (isTypedIn) {
      // Replacing an element that has the focus would lose it.
      const old = this.filters.querySelectorAll(".fields > label:not(.search)");
      for (const [i, one] of [...old].entries()) one.replaceWith(fields[i]!);
      this.filters.querySelector(".choices")!.replaceWith(buttons);
      return;
    }
    this.filters.replaceChildren(row, buttons);
    if (focused !== undefined) this.filters.querySelectorAll<HTMLElement>(FOCUSABLE)[focused]?.focus();
  }

  /** Shows the item that is open; if it was shown before, only its place among the others may differ. */
  private drawDetail(): void {
    const { item } = this;
    const { system } = this.state;
    if (item === undefined) {
      this.detail.replaceChildren(h("p", { class: "empty" }, "No item has such answers. Change the filters."));
      this.drawn = "";
      return;
    }
    const at = this.shown.indexOf(item);
    const count = this.shown.length.toLocaleString("en");
    const place = at < 0 ? "not among the items shown" : `${(at + 1).toLocaleString("en")} of ${count}`;
    const drawn = JSON.stringify([item, system]);
    if (this.drawn === drawn) {
      this.detail.querySelector(".place")!.textContent = place;
      return;
    }
    this.drawn = drawn;
    itemDetail(this.detail, this.data, this.systems, item, system, {
      place,
      onStep: (by) => this.step(by),
      onSystem: (one) => this.change({ system: one }),
    });
  }

  /** Opens the next or the previous item of those shown. */
  private step(by: number): void {
    if (this.shown.length === 0) return;
    const at = this.shown.indexOf(this.item ?? -1);
    this.change({ item: this.shown[(at + by + this.shown.length) % this.shown.length] });
  }

  private press(event: KeyboardEvent): void {
    if (!this.detail.checkVisibility() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    const { systems } = this.systems;
    const keys: Record<string, () => void> = {
      j: () => this.step(1),
      ArrowRight: () => this.step(1),
      k: () => this.step(-1),
      ArrowLeft: () => this.step(-1),
      s: () => this.change({ system: (this.state.system + 1) % systems.length }),
      S: () => this.change({ system: (this.state.system + systems.length - 1) % systems.length }),
      "/": () => this.filters.querySelector<HTMLInputElement>("input[type=search]")?.focus(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]!();
  }
}

/** Index of the item with a number; undefined if there is none. */
const indexOf = (items: ItemsData["items"], number: number): number | undefined => {
  const index = items.findIndex(({ n }) => n === number);
  return index < 0 ? undefined : index;
};

/** Parts of the state that decide which items are shown, and how. */
const FILTERS = ["system", "show", "category", "order", "words"] as const;

const FOCUSABLE = "select, input, button";

/** Which of the fields has the focus. */
const focusPath = (filters: HTMLElement): number =>
  [...filters.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement!);

const legend = (): HTMLElement =>
  h(
    "p",
    { class: "legend" },
    h("span", { class: "swatch right" }),
    "right ",
    h("span", { class: "swatch wrong" }),
    "wrong ",
    h("span", { class: "swatch unparsed" }),
    "unparsed",
    h(
      "span",
      { class: "keys" },
      "Keys: ",
      h("kbd", {}, "j"),
      " ",
      h("kbd", {}, "k"),
      " next and previous item, ",
      h("kbd", {}, "s"),
      " next system, ",
      h("kbd", {}, "/"),
      " search",
    ),
  );
