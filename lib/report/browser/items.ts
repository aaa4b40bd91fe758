import type { ItemsData, SystemsData } from "./data";
import { appElement, choices, h, replaceRoute, search as searchField, select } from "./dom";
import { Filters } from "./filters";
import { itemDetail } from "./item-detail";
import { itemLegend } from "./item-legend";
import { ItemList } from "./item-list";
import { ItemSearch } from "./item-search";
import { addressOf, differs, type ItemState, type Order, orders, possible, readState } from "./item-state";
import { onKeys } from "./keys";
import { load } from "./load";
import { type Show, shows, showsOf } from "./outcome";
import type { Route } from "./route";
import { Strip } from "./strip";

let browser: Promise<ItemBrowser> | undefined;

/** Shows the item browser as the address says. */
export async function showItems(route: Route): Promise<void> {
  const place = appElement("items-app");
  if (!place) return;
  browser ??= openBrowser(place, route);
  (await browser).follow(route);
}

async function openBrowser(place: HTMLElement, route: Route): Promise<ItemBrowser> {
  const [items, systems] = await Promise.all([load("items"), load("systems")]);
  const found = new ItemSearch(items, systems);
  const list = await ItemList.open(items, systems, found.shares, (item) => opened.open(item));
  const opened = new ItemBrowser(place, items, systems, found, list, route);
  return opened;
}

/** All items and systems: filters, the strip, the list, and the item that is open. */
class ItemBrowser {
  private state: ItemState;
  /** Indices of the items that the filters show, in their order. */
  private shown: number[] = [];
  /** Which item and system the details are about. */
  private drawn = "";
  private readonly filters = new Filters();
  private readonly results = h("div", { class: "results" });
  private readonly detail = h("article", { class: "detail", "aria-live": "polite" });
  private readonly strip = new Strip((system, item) => this.change({ system, ...(item !== undefined && { item }) }));

  constructor(
    place: HTMLElement,
    private readonly data: ItemsData,
    private readonly systems: SystemsData,
    private readonly search: ItemSearch,
    private readonly list: ItemList,
    route: Route,
  ) {
    const split = h("div", { class: "split" }, list.element, this.detail);
    place.replaceChildren(this.filters.element, this.strip.element, itemLegend(), this.results, split);
    onKeys(this.detail, {
      j: () => this.step(1),
      ArrowRight: () => this.step(1),
      k: () => this.step(-1),
      ArrowLeft: () => this.step(-1),
      s: () => this.stepSystem(1),
      S: () => this.stepSystem(-1),
      "/": () => this.filters.focusWords(),
    });
    this.state = readState(route, data, systems, systems.first);
    this.find();
    this.draw();
  }

  /** Takes the state from the address. */
  follow(route: Route): void {
    this.apply(readState(route, this.data, this.systems, this.state.system));
  }

  /** Opens an item, and scrolls to it where it stands below the list. */
  open(item: number): void {
    this.change({ item });
    if (getComputedStyle(this.detail.parentElement!).display === "block") this.detail.scrollIntoView();
  }

  /** Changes a part of the state, and the address with it. */
  private change(part: Partial<ItemState>): void {
    // With other filters the first item that they show is open, until one is chosen.
    const keepsItem = "item" in part || "system" in part;
    this.apply(possible({ ...this.state, ...(keepsItem ? {} : { item: undefined }), ...part }, this.systems));
    replaceRoute(addressOf(this.state, this.data, this.systems));
  }

  private apply(next: ItemState): void {
    const isFiltered = differs(this.state, next);
    this.state = next;
    if (isFiltered) this.find();
    this.draw();
  }

  /** Index of the item that is open: the one that was chosen, or the first that is shown. */
  private get item(): number | undefined {
    return this.state.item ?? this.shown[0];
  }

  /** Finds the items that the filters ask for, and draws what depends on them alone. */
  private find(): void {
    const { state, search } = this;
    const withWords = search.withWords(state);
    this.shown = search.inOrder(search.having(state.show, withWords, state), state);
    this.filters.draw(this.fields(), this.showButtons(withWords));
    this.list.show(this.shown, this.systems.systems[state.system]!);
    const [count, all] = [this.shown.length, this.data.items.length].map((n) => n.toLocaleString("en"));
    this.results.textContent = `${count} of ${all} items`;
  }

  private draw(): void {
    const { item, shown, state } = this;
    this.strip.show({ ...this.systems, ...this.data, shown, system: state.system, item });
    this.list.select(item);
    this.drawDetail();
  }

  private fields(): HTMLLabelElement[] {
    const { system, category, order, words } = this.state;
    const systems = this.systems.systems.map(({ label }, i) => [String(i), label] as const);
    const categories = this.data.categories.map((one, i) => [String(i), one] as const);
    return [
      select("System", systems, String(system), (value) => this.change({ system: Number(value) })),
      select("Category", [["-1", "All categories"], ...categories], String(category), (value) =>
        this.change({ category: Number(value) }),
      ),
      select("Order", Object.entries(orders), order, (value) => this.change({ order: value as Order })),
      searchField("Words", words, (text) => this.change({ words: text })),
    ];
  }

  /** A button for each group of answers, with the number of items that it would show. */
  private showButtons(withWords: readonly number[]): HTMLElement {
    const { state } = this;
    const counts = showsOf(this.systems.systems[state.system]!).map(
      (one) => [one, shows[one], this.search.having(one, withWords, state).length] as const,
    );
    return choices("Answers to show", counts, state.show, (value) => this.change({ show: value as Show }));
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

  private stepSystem(by: number): void {
    const count = this.systems.systems.length;
    this.change({ system: (this.state.system + by + count) % count });
  }
}
