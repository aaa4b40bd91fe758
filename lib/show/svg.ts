import type { TopLevelSpec } from "vega-lite";
import { escapeControls, escapeHtml } from "../escape";
import { COLOURS, type Figure, type Panel, seriesNames, wrap } from "./figure";
import {
  columnsOf,
  FONT_SIZE,
  forPaper,
  LETTER,
  type PanelSpec,
  printConfig,
  printPanel,
  printSize,
} from "./for-print";

/** Width of all panels together and height of each, in pixels. */
const WIDTH = 780;
const HEIGHT = 280;
/** Drawings of a figure for print until it fits its width. */
const MAX_TRIES = 3;
/** Characters per line of the subtitle. */
const MAX_LINE = 110;

/** For a screen, with title and note; or for a page, in points, without them: there the caption says it. */
export type Medium = "screen" | "print";

/** Draws a figure as SVG, without a browser; equal figures give equal bytes. */
export async function toSvg(figure: Figure, medium: Medium = "screen"): Promise<string> {
  if (medium === "screen") return named(figure, await draw(figure, medium, WIDTH, HEIGHT));
  const { width, height } = printSize(figure);
  let inner = width;
  let svg = await draw(figure, medium, inner, height);
  for (let tries = 0; tries < MAX_TRIES && widthOf(svg) > width; tries++) {
    inner -= widthOf(svg) - width; // axes and padding, which depend a little on the width
    svg = await draw(figure, medium, inner, height);
  }
  return named(figure, forPaper(svg));
}

const widthOf = (svg: string) => Number(/ width="([\d.]+)"/.exec(svg)![1]);

/** Drawings wait for each other, since Vega has one measure of letters for all of them. */
let last: Promise<unknown> = Promise.resolve();

function draw(figure: Figure, medium: Medium, width: number, height: number): Promise<string> {
  const drawn = last.then(() => drawNow(figure, medium, width, height));
  last = drawn.catch(() => {});
  return drawn;
}

async function drawNow(figure: Figure, medium: Medium, width: number, height: number): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]); // they load slowly
  const spec = toVegaLite(
    figure,
    medium,
    width / (medium === "print" ? columnsOf(figure) : figure.panels.length),
    height,
  );
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none" });
  const { textMetrics } = vega as unknown as { textMetrics: { width(item: object, text: unknown): number } };
  const { width: usual } = textMetrics;
  if (medium === "print") textMetrics.width = (_, text) => String(text).length * FONT_SIZE * LETTER;
  try {
    return await view.toSVG();
  } finally {
    textMetrics.width = usual;
    view.finalize();
  }
}

/** Vega gives each of its groups a role, most of them without a text: for a screen reader it is one picture. */
function named(figure: Figure, svg: string): string {
  const bare = escapeControls(svg).replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, "");
  return bare.replace("<svg ", `<svg role="img" aria-label="${escapeHtml(figure.title)}" `);
}

function toVegaLite(figure: Figure, medium: Medium, width: number, height: number): TopLevelSpec {
  const print = medium === "print";
  const columns = print ? columnsOf(figure) : figure.panels.length;
  const title = {
    text: figure.title,
    subtitle: wrap(figure.note, MAX_LINE),
    anchor: "start",
    fontSize: 14,
    subtitleFontSize: 10,
    subtitleColor: "#666",
  };
  const panels = figure.panels.map((panel, p) => {
    const spec = panelSpec(figure, panel, p % columns === 0);
    return { ...(print ? printPanel(figure, panel, spec) : spec), width, height };
  });
  const config = { view: { stroke: null }, axis: { labelAngle: 0, titleFontWeight: "normal" } };
  return {
    ...(print ? { spacing: 10 } : { title }),
    background: "white",
    padding: print ? 2 : 10,
    config: print ? printConfig : config,
    resolve: {
      scale: {
        color: "shared",
        y: "shared",
        xOffset: "independent",
        ...(print ? { shape: "shared", strokeDash: "shared" } : {}),
      },
    },
    ...(print ? { concat: panels, columns } : { hconcat: panels }),
  } as TopLevelSpec;
}

function panelSpec(figure: Figure, panel: Panel, first: boolean): PanelSpec {
  const values = panel.series.flatMap(({ name, points }) => points.map((point) => ({ ...point, series: name })));
  const bars = figure.kind === "bars";
  const domain = seriesNames(figure);
  const color = {
    field: "series",
    scale: { domain, range: COLOURS.slice(0, domain.length) },
    legend: { title: null, orient: "bottom", labelLimit: 400 },
  };
  const scale = bars ? { domain: [0, figure.yMax ?? 100] } : { domain: bounds(figure), nice: true };
  const y = { field: "y", type: "quantitative", scale, axis: { title: first ? figure.y : null } };
  const mark = bars ? { type: "bar" } : { type: "line", point: true };
  const whisker = figure.band
    ? { mark: { type: "area", opacity: 0.15 } }
    : { mark: { type: "rule", color: bars ? "#333" : undefined, opacity: bars ? 1 : 0.5 } };
  return {
    title: panel.title ? { text: panel.title, fontSize: 12, fontWeight: "normal", anchor: "middle" } : "",
    data: { values },
    encoding: {
      x: {
        field: "x",
        type: bars ? "nominal" : "quantitative",
        sort: null,
        axis: { title: figure.x, labelFlush: false },
        ...(figure.xMin === undefined ? {} : { scale: { domainMin: figure.xMin } }),
      },
      ...(bars ? { xOffset: { field: "series", sort: domain } } : {}),
    },
    layer: [
      { mark, encoding: { y, color } },
      {
        ...whisker,
        transform: [{ filter: "isValid(datum.low)" }],
        encoding: { y: { ...y, field: "low" }, y2: { field: "high" }, ...(bars ? {} : { color }) },
      },
    ],
  };
}

/** Lowest and highest value of all panels, with their intervals. */
function bounds(figure: Figure): [number, number] {
  const points = figure.panels.flatMap(({ series }) => series.flatMap((one) => one.points));
  return [Math.min(...points.map((p) => p.low ?? p.y)), Math.max(...points.map((p) => p.high ?? p.y))];
}
