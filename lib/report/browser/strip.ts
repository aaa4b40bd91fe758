import type { ItemData, SystemData } from "./data";
import { h } from "./dom";
import { outcomeOf } from "./outcome";

/** Height of a system's row and width of the labels, in CSS pixels. */
const ROW = 12;
const LABELS = 290;
/** Below this width there is no room for labels. */
const NARROW = 760;

/** What the strip shows. */
export interface StripView {
  systems: readonly SystemData[];
  items: readonly ItemData[];
  /** Indices of the items, from left to right. */
  shown: readonly number[];
  /** Index of the system in focus, and of the item that is open. */
  system: number;
  item: number | undefined;
}

/** A picture of all answers: a row per system, a column per item. */
export class Strip {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { role: "img" });
  private readonly said = h("p", { class: "strip-said" });
  private view: StripView | undefined;
  private isWaiting = false;

  /** @param onOpen called with the indices of the item and system that were clicked; of a label, the system alone */
  constructor(private readonly onOpen: (system: number, item: number | undefined) => void) {
    const scroller = h(
      "div",
      { class: "strip-scroll", tabindex: 0, role: "group", "aria-label": "Overview of all answers" },
      this.canvas,
    );
    this.element = h("div", { class: "strip" }, scroller, this.said);
    this.canvas.addEventListener("mousemove", (event) => this.say(event));
    this.canvas.addEventListener("mouseleave", () => this.sayNothing());
    this.canvas.addEventListener("click", (event) => {
      const { system, item } = this.at(event);
      if (system !== undefined) this.onOpen(system, item);
    });
    new ResizeObserver(() => this.draw()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  show(view: StripView): void {
    this.view = view;
    this.canvas.setAttribute(
      "aria-label",
      `${view.systems.length} systems by ${view.shown.length} items: right, wrong and unparsed answers. The list below has the same.`,
    );
    this.sayNothing();
    this.drawSoon();
  }

  /** Draws after the next frame, so that a filter shows its list first; of several requests, the last counts. */
  private drawSoon(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        this.isWaiting = false;
        this.draw();
      }),
    );
  }

  private get labels(): number {
    return this.element.clientWidth < NARROW ? 0 : LABELS;
  }

  private draw(): void {
    if (!this.view || this.element.clientWidth === 0) return;
    const { systems, shown, system, item } = this.view;
    const colours = readColours(this.element);
    const scale = devicePixelRatio || 1;
    const [width, height] = [this.element.clientWidth, systems.length * ROW];
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const context = this.canvas.getContext("2d")!;
    const room = Math.max(1, Math.round((width - this.labels) * scale));
    if (shown.length > 0) this.drawAnswers(context, room, colours);
    context.scale(scale, scale);
    if (this.labels > 0) this.drawLabels(context, colours);
    context.strokeStyle = colours.text;
    context.strokeRect(this.labels + 0.5, system * ROW - 0.5, width - this.labels - 1, ROW);
    const column = item === undefined ? -1 : shown.indexOf(item);
    if (column >= 0) {
      const wide = (width - this.labels) / shown.length;
      context.strokeRect(this.labels + column * wide - 1, 0.5, Math.max(3, wide + 2), height - 1);
    }
  }

  /** One pixel per answer, then as wide as there is room: columns that are narrower than a pixel are averaged. */
  private drawAnswers(context: CanvasRenderingContext2D, room: number, colours: Colours): void {
    const { systems, items, shown } = this.view!;
    const pixels = new ImageData(shown.length, systems.length);
    const words = new Uint32Array(pixels.data.buffer);
    for (const [row, { answers }] of systems.entries())
      for (const [column, i] of shown.entries())
        words[row * shown.length + column] = colours[outcomeOf(answers[i]!, items[i]!.gold)];
    const exact = new OffscreenCanvas(shown.length, systems.length);
    exact.getContext("2d")!.putImageData(pixels, 0, 0);
    const wide = new OffscreenCanvas(room, systems.length);
    const scaled = wide.getContext("2d")!;
    scaled.imageSmoothingEnabled = shown.length > room;
    scaled.imageSmoothingQuality = "high";
    scaled.drawImage(exact, 0, 0, room, systems.length);
    context.imageSmoothingEnabled = false;
    const row = this.canvas.height / systems.length;
    const left = this.canvas.width - room;
    for (const [n] of systems.entries())
      context.drawImage(wide, 0, n, room, 1, left, Math.round(n * row), room, Math.max(1, Math.round(row) - 1));
  }

  private drawLabels(context: CanvasRenderingContext2D, colours: Colours): void {
    const { systems, system } = this.view!;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const [n, { model, state }] of systems.entries()) {
      context.font = `${n === system ? "bold " : ""}10px system-ui, sans-serif`;
      context.fillStyle = n === system ? colours.text : colours.muted;
      context.fillText(
        shorten(context, `${model}, ${state.replace(/^on pictures, /, "")}`),
        this.labels - 8,
        n * ROW + ROW / 2,
      );
    }
  }

  /** What is under the pointer. */
  private at(event: MouseEvent): { system?: number; item?: number } {
    if (!this.view) return {};
    const { systems, shown } = this.view;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const system = Math.min(systems.length - 1, Math.max(0, Math.floor(y / ROW)));
    const column = Math.floor(((x - this.labels) / (box.width - this.labels)) * shown.length);
    return { system, item: x < this.labels ? undefined : shown[column] };
  }

  private say(event: MouseEvent): void {
    const { system, item } = this.at(event);
    if (!this.view || system === undefined) return;
    const { label, answers } = this.view.systems[system]!;
    if (item === undefined) {
      this.said.textContent = label;
      return;
    }
    const { n, gold } = this.view.items[item]!;
    const outcome = outcomeOf(answers[item]!, gold);
    const answer = outcome === "right" || outcome === "wrong" ? `answered ${answers[item]}, ${outcome}` : outcome;
    this.said.textContent = `Item ${n} · ${label}: ${answer}`;
  }

  private sayNothing(): void {
    this.said.textContent =
      "A row for each system, a column for each item. Point at an answer to read it, and click to open the item.";
  }
}

interface Colours extends Record<ReturnType<typeof outcomeOf>, number> {
  text: string;
  muted: string;
}

/** Colours of the page's style sheet, as 32-bit words for pixels. */
function readColours(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const word = (name: string) => {
    const [r, g, b] = value(name)
      .slice(1)
      .match(/../g)!
      .map((two) => Number.parseInt(two, 16)) as [number, number, number];
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  };
  return {
    right: word("--right-mark"),
    wrong: word("--wrong-mark"),
    unparsed: word("--unparsed-mark"),
    "not asked": 0,
    text: value("--text"),
    muted: value("--muted"),
  };
}

/** Labels that were shortened, by font and text: measuring takes long. */
const shortened = new Map<string, string>();

/** A text that fits beside the strip. */
function shorten(context: CanvasRenderingContext2D, text: string): string {
  const key = `${context.font} ${text}`;
  let short = shortened.get(key) ?? text;
  while (context.measureText(short).width > LABELS - 12) short = `${short.slice(0, -2)}…`;
  shortened.set(key, short);
  return short;
}
