import type { SourceData, TextData } from "./data";
import { appElement, choices, h, isNarrow, replaceRoute, search, select } from "./dom";
import { Filters } from "./filters";
import { onKeys } from "./keys";
import { load } from "./load";
import { type Route, routeTo } from "./route";
import { RowTable } from "./row-table";
import { sampleDetail } from "./sample-detail";

interface State {
  /** Index of the source, and the sample that is open. */
  source: number;
  sample: number | undefined;
  /** Index of the reason; 0 is kept, -1 all that were rejected, -2 all. */
  reason: number;
  words: string;
}

const REJECTED = -1;
const ALL = -2;

interface Row {
  i: number;
  id: string;
  status: string;
  answer: string;
  text: string;
  /** Its address. */
  link: string;
}

let browser: Promise<SampleBrowser | undefined> | undefined;

/** Shows the sample browser as the address says. */
export async function showSamples(route: Route): Promise<void> {
  const place = appElement("samples-app");
  if (!place) return;
  browser ??= openBrowser(place);
  await (await browser)?.follow(route);
}

async function openBrowser(place: HTMLElement): Promise<SampleBrowser | undefined> {
  const text = await load("text");
  if (text.sources.length === 0) {
    place.append(h("p", { class: "empty" }, "No source has generated text yet."));
    return undefined;
  }
  const table = await RowTable.open<Row>({
    columns: columns(),
    placeholder: "No sample fits the filters",
    onOpen: (sample) => opened.open(sample),
  });
  const opened = new SampleBrowser(place, text, table);
  return opened;
}

/** The text of all sources, kept and rejected. */
class SampleBrowser {
  private state: State = { source: 0, sample: undefined, reason: 0, words: "" };
  private data: SourceData | undefined;
  private shown: number[] = [];
  private readonly filters = new Filters();
  private readonly results = h("div", { class: "results" });
  private readonly detail = h("article", { class: "detail", "aria-live": "polite" });

  constructor(
    place: HTMLElement,
    private readonly text: TextData,
    private readonly table: RowTable<Row>,
  ) {
    const split = h("div", { class: "split" }, table.element, this.detail);
    place.replaceChildren(this.filters.element, this.results, split);
    onKeys(this.detail, {
      j: () => this.step(1),
      ArrowRight: () => this.step(1),
      k: () => this.step(-1),
      ArrowLeft: () => this.step(-1),
      "/": () => this.filters.focusWords(),
    });
  }

  async follow({ filters }: Route): Promise<void> {
    const { sources } = this.text;
    const source = Math.max(
      0,
      sources.findIndex(({ id }) => id === filters.get("source")),
    );
    const data = await load(`source-${sources[source]!.file}`);
    const reason = filters.get("show");
    const sample = Number(filters.get("sample") ?? Number.NaN);
    await this.apply({
      source,
      sample: Number.isInteger(sample) ? sample - 1 : undefined,
      reason:
        reason === "all" ? ALL : reason === "rejected" ? REJECTED : Math.max(0, data.reasons.indexOf(reason ?? "kept")),
      words: filters.get("words") ?? "",
    });
  }

  /** Opens a sample, and scrolls to it where it stands below the list. */
  open(sample: number): void {
    void this.change({ sample });
    if (getComputedStyle(this.detail.parentElement!).display === "block") this.detail.scrollIntoView();
  }

  private async change(part: Partial<State>): Promise<void> {
    await this.apply({ ...this.state, ...part });
    replaceRoute(this.address(this.state.sample));
  }

  private address(sample: number | undefined): string {
    const { source, reason, words } = this.state;
    const { reasons } = this.data!;
    const show = reason === ALL ? "all" : reason === REJECTED ? "rejected" : reason === 0 ? "" : reasons[reason];
    return routeTo("samples", {
      source: this.text.sources[source]!.id,
      show,
      sample: sample === undefined ? "" : sample + 1,
      words,
    });
  }

  private async apply(next: State): Promise<void> {
    const old = this.state;
    const isFirst = !this.data;
    this.state = next;
    this.data = await load(`source-${this.text.sources[next.source]!.file}`);
    if (next.reason >= this.data.reasons.length) next.reason = 0;
    if (isFirst || (["source", "reason", "words"] as const).some((key) => old[key] !== next[key])) {
      const withWords = this.withWords();
      this.shown = withWords.filter((i) => this.hasReason(i, next.reason));
      this.drawFilters(withWords);
      this.table.show(this.shown.map((i) => this.row(i)));
    }
    if (next.sample === undefined || !(next.sample in this.data.texts)) next.sample = this.shown[0];
    this.results.textContent = `${this.shown.length.toLocaleString("en")} of ${this.data.texts.length.toLocaleString("en")} samples`;
    await this.table.select(next.sample);
    if (next.sample === undefined)
      this.detail.replaceChildren(h("p", { class: "empty" }, "No sample fits the filters."));
    else await sampleDetail(this.detail, this.text.sources[next.source]!, this.data, next.sample);
  }

  private hasReason(i: number, reason: number): boolean {
    const is = this.data!.reason[i]!;
    return reason === ALL || (reason === REJECTED ? is > 0 : is === reason);
  }

  private withWords(): number[] {
    const { ids, texts } = this.data!;
    const wanted = this.state.words.toLowerCase().split(/\s+/).filter(Boolean);
    return texts.flatMap((text, i) => {
      const where = `${ids[i]}\n${text}`.toLowerCase();
      return wanted.every((word) => where.includes(word)) ? [i] : [];
    });
  }

  private row(i: number): Row {
    const { ids, texts, answers, reason, reasons } = this.data!;
    return {
      ...{ i, id: ids[i] || `text ${i + 1}`, link: this.address(i) },
      ...{ status: reasons[reason[i]!]!, answer: answers[i]!, text: texts[i]! },
    };
  }

  private drawFilters(withWords: readonly number[]): void {
    const { source, reason, words } = this.state;
    const { reasons } = this.data!;
    const count = (one: number) => withWords.filter((i) => this.hasReason(i, one)).length;
    const all = [
      [String(ALL), "All"],
      ["0", "Kept"],
      [String(REJECTED), "Rejected"],
      ...reasons.slice(1).map((text, i) => [String(i + 1), text]),
    ].map(([value, text]) => [value!, text!, count(Number(value))] as const);
    const buttons = choices(
      "Samples to show",
      all,
      String(reason),
      (value) => void this.change({ reason: Number(value), sample: undefined }),
    );
    const names = this.text.sources.map(
      ({ label, kept, rejected }, i) =>
        [String(i), `${label}: ${kept.toLocaleString("en")} kept, ${rejected.toLocaleString("en")} rejected`] as const,
    );
    this.filters.draw(
      [
        select(
          "Source",
          names,
          String(source),
          (value) => void this.change({ source: Number(value), reason: 0, sample: undefined }),
        ),
        search("Words", words, (text) => void this.change({ words: text, sample: undefined })),
      ],
      buttons,
    );
  }

  /** Opens the next or the previous sample of those shown. */
  private step(by: number): void {
    if (this.shown.length === 0) return;
    const at = this.shown.indexOf(this.state.sample ?? -1);
    void this.change({ sample: this.shown[(at + by + this.shown.length) % this.shown.length] });
  }
}

const columns = (): TabulatorColumn<Row>[] => {
  const id: TabulatorColumn<Row> = { title: "Sample", field: "id", width: 150, formatter: linkTo };
  const situation = textColumn("Situation", "text", { minWidth: 140 });
  return isNarrow()
    ? [id, situation]
    : [id, textColumn("Status", "status", { width: 160 }), textColumn("Answer", "answer", { width: 76 }), situation];
};

const textColumn = (
  title: string,
  field: "status" | "answer" | "text",
  width: { width?: number; minWidth?: number },
): TabulatorColumn<Row> => ({ title, field, ...width, formatter: (cell) => h("span", {}, cell.getData()[field]) });

function linkTo(cell: TabulatorCell<Row>): HTMLElement {
  const { id, link } = cell.getData();
  return h("a", { href: link }, id);
}
