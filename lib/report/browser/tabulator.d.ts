/** The part of Tabulator that the report uses. Its titles and default formatter are HTML, so texts of others are shown by `text` formatters only. */

interface TabulatorCell<Row> {
  getData(): Row;
}

interface TabulatorRow<Row> {
  getData(): Row;
  getElement(): HTMLElement;
}

interface TabulatorColumn<Row> {
  title: string;
  field: string;
  width?: number;
  minWidth?: number;
  widthGrow?: number;
  formatter(cell: TabulatorCell<Row>): HTMLElement | Text;
}

interface TabulatorOptions<Row> {
  data: readonly Row[];
  index: keyof Row & string;
  columns: TabulatorColumn<Row>[];
  height: string;
  rowHeight: number;
  renderVerticalBuffer: number;
  layout: "fitColumns";
  placeholder: string;
  columnDefaults: { headerSort: false };
  rowFormatter?(row: TabulatorRow<Row>): void;
}

declare class Tabulator<Row> {
  constructor(element: HTMLElement, options: TabulatorOptions<Row>);
  on(event: "rowClick", listener: (event: UIEvent, row: TabulatorRow<Row>) => void): void;
  on(event: "tableBuilt", listener: () => void): void;
  setColumns(columns: TabulatorColumn<Row>[]): void;
  setData(data: readonly Row[]): Promise<void>;
  getRows(range: "visible"): TabulatorRow<Row>[];
  getRow(index: number): TabulatorRow<Row> | false;
  scrollToRow(index: number, position: "center" | "nearest", ifVisible: boolean): Promise<void>;
}
