import type { SourceData, TextData } from "./data";
import { appElement, choices, fixRoles, h, isNarrow, isTyping, search, select } from "./dom";
import { load, loadTabulator } from "./load";
import { type Route, replaceRoute, routeTo } from "./route";
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
  const [text] = await Promise.all([load("text"), loadTabulator()]);
  if (text.sources.length > 0) return new SampleBrowser(place, text);
  place.append(h("p", { class: "empty" }, "No source has generated text yet."));
  return undefined;
}

/** The text of all sources, kept and rejected. */
class SampleBrowser {
  private state: State = { source: 0, sample: undefined, reason: 0, words: "" };
  private data: SourceData | undefined;
  private shown: number[] = [];
  private readonly filters = h("div", { class: "filters" });
  private readonly results = h("div", { class: "results" });
  private readonly detail = h("article", { class: "detail", "aria-live": "polite" });
  private readonly table: Tabulator<Row>;
  private readonly isBuilt: Promise<void>;

  constructor(
    place: HTMLElement,
    private readonly text: TextData,
  ) {
    const host = h("div");
    const list = h("div", { class: "list" }, host);
    place.replaceChildren(this.filters, this.results, h("div", { class: "split" }, list, this.detail));
    this.table = new Tabulator<Row>(host, {
      data: [],
      index: "i",
      columns: this.columns(),
      height: "100%",
      layout: "fitColumns",
      columnDefaults: { headerSort: false },
      placeholder: "No sample fits the filters",
      rowFormatter: (row) => row.getElement().classList.toggle("open", row.getData().i === this.state.sample),
    });
    this.table.on("rowClick", (_, row) => this.change({ sample: row.getData().i }, true));
    this.isBuilt = new Promise((resolve) =>
      this.table.on("tableBuilt", () => {
        fixRoles(host);
        resolve();
      }),
    );
    addEventListener("keydown", (event) => this.press(event));
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

  private async change(part: Partial<State>, scroll = false): Promise<void> {
    await this.apply({ ...this.state, ...part });
    replaceRoute(this.address(this.state.sample));
    if (scroll && getComputedStyle(this.detail.parentElement!).display === "block") this.detail.scrollIntoView();
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
    await this.isBuilt;
    if (isFirst || (["source", "reason", "words"] as const).some((key) => old[key] !== next[key])) {
      const withWords = this.withWords();
      this.shown = withWords.filter((i) => this.hasReason(i, next.reason));
      this.drawFilters(withWords);
      await this.table.replaceData(this.shown.map((i) => this.row(i)));
    }
    if (next.sample === undefined || !(next.sample in this.data.texts)) next.sample = this.shown[0];
    this.results.textContent = `${this.shown.length.toLocaleString("en")} of ${this.data.texts.length.toLocaleString("en")} samples`;
    for (const row of this.table.getRows("visible"))
      row.getElement().classList.toggle("open", row.getData().i === next.sample);
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
    return { i, id: ids[i] || `text ${i + 1}`, status: reasons[reason[i]!]!, answer: answers[i]!, text: texts[i]! };
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
    const typed = this.filters.querySelector("input");
    if (typed && typed === document.activeElement) {
      this.filters.querySelector(".choices")!.replaceWith(buttons);
      return;
    }
    const focused = [...this.filters.querySelectorAll<HTMLElement>("select, input, button")].indexOf(
      document.activeElement as HTMLElement,
    );
    const names = this.text.sources.map(
      ({ label, kept, rejected }, i) =>
        [String(i), `${label}: ${kept.toLocaleString("en")} kept, ${rejected.toLocaleString("en")} rejected`] as const,
    );
    this.filters.replaceChildren(
      h(
        "div",
        { class: "fields" },
        select(
          "Source",
          names,
          String(source),
          (value) => void this.change({ source: Number(value), reason: 0, sample: undefined }),
        ),
        search("Words", words, (text) => void this.change({ words: text, sample: undefined })),
      ),
      buttons,
    );
    this.filters.querySelectorAll<HTMLElement>("select, input, button")[focused]?.focus();
  }

  private press(event: KeyboardEvent): void {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || !this.detail.checkVisibility()) return;
    const by = { j: 1, ArrowRight: 1, k: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "/") {
      event.preventDefault();
      this.filters.querySelector("input")?.focus();
    }
    if (by === undefined || this.shown.length === 0) return;
    event.preventDefault();
    const at = this.shown.indexOf(this.state.sample ?? -1);
    const sample = this.shown[(at + by + this.shown.length) % this.shown.length]!;
    void this.change({ sample }).then(() => this.table.scrollToRow(sample, "nearest", false));
  }

  private columns(): TabulatorColumn<Row>[] {
    const text = (value: (row: Row) => string) => (cell: TabulatorCell<Row>) => h("span", {}, value(cell.getData()));
    const link = (cell: TabulatorCell<Row>) => h("a", { href: this.address(cell.getData().i) }, cell.getData().id);
    const all: TabulatorColumn<Row>[] = [
      { title: "Sample", field: "id", width: 150, formatter: link },
      { title: "Status", field: "status", width: 160, formatter: text(({ status }) => status) },
      { title: "Answer", field: "answer", width: 76, formatter: text(({ answer }) => answer) },
      { title: "Situation", field: "text", minWidth: 140, formatter: text((row) => row.text) },
    ];
    return isNarrow() ? all.filter(({ field }) => field === "id" || field === "text") : all;
  }
}
