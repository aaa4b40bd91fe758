import type { TopLevelSpec } from "vega-lite";
import { escapeControls, escapeHtml } from "../escape";
import { COLOURS, type Figure, type Panel, seriesNames, wrap } from "./figure";

/** Width of all panels together and height of each, in pixels. */
const WIDTH = 780;
const HEIGHT = 280;
/** Characters per line of the subtitle. */
const MAX_LINE = 110;

/** Draws a figure as SVG, without a browser; equal figures give equal bytes. */
export async function toSvg(figure: Figure): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]); // they load slowly
  const view = new View(parse(compile(toVegaLite(figure)).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  // Vega gives each of its groups a role, most of them without a text: for a screen reader it is one picture.
  const bare = escapeControls(svg).replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, "");
  return bare.replace("<svg ", `<svg role="img" aria-label="${escapeHtml(figure.title)}" `);
}

function toVegaLite(figure: Figure): TopLevelSpec {
  return {
    title: {
      text: figure.title,
      subtitle: wrap(figure.note, MAX_LINE),
      anchor: "start",
      fontSize: 14,
      subtitleFontSize: 10,
      subtitleColor: "#666",
    },
    background: "white",
    padding: 10,
    config: { view: { stroke: null }, axis: { labelAngle: 0, titleFontWeight: "normal" } },
    resolve: { scale: { color: "shared", y: "shared" } },
    hconcat: figure.panels.map((panel, p) => panelSpec(figure, panel, p === 0)),
  } as TopLevelSpec;
}

function panelSpec(figure: Figure, panel: Panel, first: boolean): object {
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
  const whisker = { mark: { type: "rule", color: bars ? "#333" : undefined, opacity: bars ? 1 : 0.5 } };
  return {
    title: panel.title ? { text: panel.title, fontSize: 12, fontWeight: "normal", anchor: "middle" } : "",
    data: { values },
    width: WIDTH / figure.panels.length,
    height: HEIGHT,
    encoding: {
      x: {
        field: "x",
        type: bars ? "nominal" : "quantitative",
        sort: null,
        axis: { title: figure.x, labelFlush: false },
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
