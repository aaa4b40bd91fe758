import type { ItemsData, SystemsData } from "./data";
import { type Show, shows, showsOf } from "./outcome";
import { type Route, routeTo } from "./route";

/** Orders of the items. */
export const orders = { number: "by number", hardest: "hardest first", category: "by category" } as const;
export type Order = keyof typeof orders;

/** What the item browser shows: all of it stands in the address. */
export interface ItemState {
  /** Indices of the system, and of the item that was chosen. */
  system: number;
  item: number | undefined;
  show: Show;
  /** Index of a category; -1 for all. */
  category: number;
  order: Order;
  words: string;
}

/** Parts of the state that decide which items are shown, and how. */
const FILTERS = ["system", "show", "category", "order", "words"] as const;

/** Whether two states may show other items, or other answers. */
export const differs = (one: ItemState, other: ItemState): boolean => FILTERS.some((key) => one[key] !== other[key]);

/**
 * Reads the state from the address. What the address does not name is as at first; an unknown system is the present one.
 *
 * @param present index of the system that is shown now
 */
export function readState(
  { item, filters }: Route,
  { items, categories }: ItemsData,
  { systems, first }: SystemsData,
  present: number,
): ItemState {
  const named = systems.findIndex(({ name }) => name === filters.get("system"));
  const index = items.findIndex(({ n }) => n === item);
  const show = filters.get("show") ?? "";
  const order = filters.get("order") ?? "";
  return possible(
    {
      system: named >= 0 ? named : filters.has("system") ? present : first,
      item: index < 0 ? undefined : index,
      show: show in shows ? (show as Show) : "all",
      category: categories.indexOf(filters.get("category") ?? ""),
      order: order in orders ? (order as Order) : "number",
      words: filters.get("words") ?? "",
    },
    { systems },
  );
}

/** The state with a filter that its system has: a model that was not trained has no answers before training. */
export const possible = (state: ItemState, { systems }: Pick<SystemsData, "systems">): ItemState =>
  showsOf(systems[state.system]!).includes(state.show) ? state : { ...state, show: "all" };

/** The address of a state; what is as at first is left out. */
export function addressOf(state: ItemState, { items, categories }: ItemsData, { systems }: SystemsData): string {
  const { system, item, show, category, order, words } = state;
  return routeTo(item === undefined ? "items" : `item-${items[item]!.n}`, {
    system: systems[system]!.name,
    show: show === "all" ? "" : show,
    category: categories[category],
    order: order === "number" ? "" : order,
    words,
  });
}
