import { fixRoles, h } from "./dom";
import { loadTabulator } from "./load";

/** Height of a row without its border, in CSS pixels. Tabulator need not measure it then, which takes long. */
const ROW = 33;
/** How much is drawn above and below what is in sight, in CSS pixels. */
const BUFFER = 5 * ROW;

/** What a table is about. */
interface RowTableOptions<Row> {
  columns: TabulatorColumn<Row>[];
  /** What the table says if it has no rows. */
  placeholder: string;
  /** Called with the index of a row that was clicked. */
  onOpen(index: number): void;
}

/** A long table of which one row is open; Tabulator draws the rows in sight only. Rows are named by an index. */
export class RowTable<Row extends { i: number }> {
  readonly element: HTMLElement;
  private readonly table: Tabulator<Row>;
  /** Settled when the rows that were shown last are there. */
  private showing: Promise<void>;
  private selected: number | undefined;

  static async open<Row extends { i: number }>(options: RowTableOptions<Row>): Promise<RowTable<Row>> {
    await loadTabulator();
    return new RowTable(options);
  }

  private constructor({ columns, placeholder, onOpen }: RowTableOptions<Row>) {
    const host = h("div");
    this.element = h("div", { class: "list" }, host);
    this.table = new Tabulator<Row>(host, {
      data: [],
      index: "i",
      columns,
      height: "100%",
      rowHeight: ROW,
      renderVerticalBuffer: BUFFER,
      layout: "fitColumns",
      columnDefaults: { headerSort: false },
      placeholder,
      rowFormatter: (row) => this.mark(row),
    });
    this.table.on("rowClick", (_, row) => onOpen(row.getData().i));
    this.showing = new Promise((resolve) =>
      this.table.on("tableBuilt", () => {
        fixRoles(host);
        resolve();
      }),
    );
  }

  /** Shows these rows, the first one on top; with other columns, if they are given. */
  show(rows: readonly Row[], columns?: TabulatorColumn<Row>[]): void {
    this.showing = this.showing.then(() => {
      if (columns) this.table.setColumns(columns);
      return this.table.setData(rows);
    });
  }

  /** Marks the row that is open, and scrolls to it if it is out of sight. */
  async select(index: number | undefined): Promise<void> {
    this.selected = index;
    await this.showing;
    const inSight = this.table.getRows("visible");
    for (const row of inSight) this.mark(row);
    if (index === undefined || inSight.some((row) => row.getData().i === index) || !this.table.getRow(index)) return;
    await this.table.scrollToRow(index, "nearest", false).catch(() => {}); // a row that a later filter has removed
  }

  private mark(row: TabulatorRow<Row>): void {
    row.getElement().classList.toggle("open", row.getData().i === this.selected);
  }
}
