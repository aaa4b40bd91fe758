import { answerMark } from "./answer";
import type { ItemsData, SystemData, SystemsData } from "./data";
import { h, isNarrow } from "./dom";
import { routeTo } from "./route";
import { RowTable } from "./row-table";

/** A row of the list. */
interface Row {
  /** Index and number of the item. */
  i: number;
  n: number;
  category: string;
  gold: string;
  before: string;
  answer: string;
  /** Share of the systems that have it right. */
  share: number;
  text: string;
  /** Name of the system that answered. */
  system: string;
}

/** The items as a table. */
export class ItemList {
  /** Whether the list shows answers before training, too. */
  private compares = false;

  /**
   * @param shares by item, the share of the systems that have it right
   * @param onOpen called with the index of an item
   */
  static async open(
    data: ItemsData,
    systems: SystemsData,
    shares: readonly number[],
    onOpen: (item: number) => void,
  ): Promise<ItemList> {
    const placeholder = "No item has such answers";
    const table = await RowTable.open<Row>({ columns: columnsFor(false), placeholder, onOpen });
    return new ItemList(data, systems, shares, table);
  }

  private constructor(
    private readonly data: ItemsData,
    private readonly systems: SystemsData,
    private readonly shares: readonly number[],
    private readonly table: RowTable<Row>,
  ) {}

  get element(): HTMLElement {
    return this.table.element;
  }

  /** Shows these items, with the answers of a system. */
  show(shown: readonly number[], system: SystemData): void {
    const before = system.before === undefined ? undefined : this.systems.systems[system.before];
    const rows = shown.map((i) => this.row(i, system, before));
    const isOther = this.compares !== (before !== undefined);
    this.compares = before !== undefined;
    this.table.show(rows, isOther ? columnsFor(this.compares) : undefined);
  }

  /** Marks the item that is open, and scrolls to it. */
  select(item: number | undefined): void {
    void this.table.select(item);
  }

  private row(i: number, system: SystemData, before: SystemData | undefined): Row {
    const { n, category, gold, caption, situation } = this.data.items[i]!;
    return {
      ...{ i, n, gold, category: this.data.categories[category]! },
      ...{ before: before?.answers[i] ?? "", answer: system.answers[i]! },
      ...{ share: this.shares[i]!, text: caption || situation, system: system.name },
    };
  }
}

/** The columns; of a system that was trained, the answers before and after. */
const columnsFor = (compares: boolean): TabulatorColumn<Row>[] => [
  { title: "Item", field: "n", width: 66, formatter: linkTo },
  ...(compares
    ? [answerColumn("Before", "before", 78), answerColumn("After", "answer", 70)]
    : [answerColumn("Answer", "answer", 84)]),
  { title: "Systems right", field: "share", width: 128, formatter: shareBar },
  ...(isNarrow() ? [] : ABOUT),
];

/** What the item is about; there is no room for it on a phone. */
const ABOUT: TabulatorColumn<Row>[] = [
  {
    ...{ title: "Category", field: "category", minWidth: 120, widthGrow: 1 },
    formatter: (cell) => h("span", {}, cell.getData().category),
  },
  {
    ...{ title: "Caption", field: "text", minWidth: 140, widthGrow: 3 },
    formatter: (cell) => h("span", {}, cell.getData().text),
  },
];

const answerColumn = (title: string, field: "before" | "answer", width: number): TabulatorColumn<Row> => ({
  ...{ title, field, width },
  formatter: (cell) => {
    const row = cell.getData();
    return h("span", {}, answerMark(row[field], row.gold));
  },
});

function linkTo(cell: TabulatorCell<Row>): HTMLElement {
  const { n, system } = cell.getData();
  return h("a", { href: routeTo(`item-${n}`, { system }) }, n);
}

function shareBar(cell: TabulatorCell<Row>): HTMLElement {
  const { share } = cell.getData();
  const bar = h("i", { class: "part-of", style: `width:${Math.round(share * 44)}px` });
  return h("span", { class: "share" }, bar, `${Math.round(100 * share)} %`);
}
