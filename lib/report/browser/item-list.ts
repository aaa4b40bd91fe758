import { answerMark } from "./answer";
import type { ItemsData, SystemData, SystemsData } from "./data";
import { fixRoles, h, isNarrow } from "./dom";
import { loadTabulator } from "./load";
import { routeTo } from "./route";

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
}

/** The items as a table, by Tabulator, which draws the rows in sight only. */
export class ItemList {
  readonly element = h("div", { class: "list" });
  onOpen: (item: number) => void = () => {};
  private readonly shares: number[];
  private readonly table: Tabulator<Row>;
  private shown = new Map<number, number>();
  private selected: number | undefined;
  private system: SystemData | undefined;

  static async open(data: ItemsData, systems: SystemsData): Promise<ItemList> {
    await loadTabulator();
    return new ItemList(data, systems);
  }

  private constructor(
    private readonly data: ItemsData,
    private readonly systems: SystemsData,
  ) {
    this.shares = data.items.map(({ gold }, i) => {
      const asked = systems.systems.filter(({ answers }) => answers[i] !== " ");
      return asked.filter(({ answers }) => answers[i] === gold).length / Math.max(1, asked.length);
    });
    const host = h("div");
    this.element.append(host);
    this.table = new Tabulator<Row>(host, {
      data: [],
      index: "i",
      columns: this.columns(),
      height: "100%",
      layout: "fitColumns",
      columnDefaults: { headerSort: false },
      placeholder: "No item has such answers",
      rowFormatter: (row) => row.getElement().classList.toggle("open", row.getData().i === this.selected),
    });
    this.table.on("rowClick", (_, row) => this.onOpen(row.getData().i));
    this.isBuilt = new Promise((resolve) =>
      this.table.on("tableBuilt", () => {
        fixRoles(host);
        resolve();
      }),
    );
  }

  private readonly isBuilt: Promise<void>;

  share(item: number): number {
    return this.shares[item]!;
  }

  /** Shows these items, with the answers of a system. */
  show(shown: readonly number[], system: SystemData): void {
    this.shown = new Map(shown.map((i, at) => [i, at]));
    const isOther = (this.system?.before === undefined) !== (system.before === undefined) || !this.system;
    this.system = system;
    const before = system.before === undefined ? undefined : this.systems.systems[system.before];
    const rows = shown.map((i): Row => {
      const { n, category, gold, caption, situation } = this.data.items[i]!;
      return {
        i,
        n,
        category: this.data.categories[category]!,
        gold,
        before: before?.answers[i] ?? "",
        answer: system.answers[i]!,
        share: this.shares[i]!,
        text: caption || situation,
      };
    });
    void this.isBuilt.then(() => {
      if (isOther) this.table.setColumns(this.columns());
      return this.table.replaceData(rows);
    });
  }

  /** Marks the item that is open, and scrolls to it. */
  select(item: number | undefined): void {
    this.selected = item;
    void this.isBuilt
      .then(async () => {
        for (const row of this.table.getRows("visible"))
          row.getElement().classList.toggle("open", row.getData().i === item);
        if (item !== undefined && this.shown.has(item) && this.table.getRow(item))
          await this.table.scrollToRow(item, "nearest", false);
      })
      .catch(() => {}); // a row that a later filter has removed
  }

  private columns(): TabulatorColumn<Row>[] {
    const text = (value: (row: Row) => string | HTMLElement) => (cell: TabulatorCell<Row>) =>
      h("span", {}, value(cell.getData()));
    const answers: TabulatorColumn<Row>[] =
      this.system?.before === undefined
        ? [
            {
              title: "Answer",
              field: "answer",
              width: 84,
              formatter: text(({ answer, gold }) => answerMark(answer, gold)),
            },
          ]
        : [
            {
              title: "Before",
              field: "before",
              width: 78,
              formatter: text(({ before, gold }) => answerMark(before, gold)),
            },
            {
              title: "After",
              field: "answer",
              width: 70,
              formatter: text(({ answer, gold }) => answerMark(answer, gold)),
            },
          ];
    const about: TabulatorColumn<Row>[] = [
      {
        title: "Category",
        field: "category",
        minWidth: 120,
        widthGrow: 1,
        formatter: text(({ category }) => category),
      },
      { title: "Caption", field: "text", minWidth: 140, widthGrow: 3, formatter: text((row) => row.text) },
    ];
    return [
      {
        title: "Item",
        field: "n",
        width: 66,
        formatter: (cell) => h("a", { href: this.link(cell.getData().n) }, cell.getData().n),
      },
      ...answers,
      {
        title: "Systems right",
        field: "share",
        width: 128,
        formatter: (cell) => shareBar(cell.getData().share),
      },
      ...(isNarrow() ? [] : about),
    ];
  }

  private link(n: number): string {
    return routeTo(`item-${n}`, { system: this.system?.name });
  }
}

const shareBar = (share: number): HTMLElement =>
  h(
    "span",
    { class: "share" },
    h("i", { class: "part-of", style: `width:${Math.round(share * 44)}px` }),
    `${Math.round(100 * share)} %`,
  );
