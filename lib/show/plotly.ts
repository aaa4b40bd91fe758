import { escapeHtml } from "../escape";
import { COLOURS, type Figure, type Panel, type Series, seriesNames, wrap } from "./figure";

/** A figure as plotly.js expects it: `Plotly.newPlot(element, data, layout)`. */
export interface PlotlyFigure {
  data: object[];
  layout: object;
}

/** Room between panels, as a share of the figure's width. */
const GUTTER = 0.04;
/** Height of the plots in pixels; titles, legend and note come on top of it. */
const PLOT = 250;
/** Room above them, beside the lines of title and note. */
const HEAD = 50;
/** Room for the axis and its title, below which the legend begins. */
const AXIS = 60;
/** Lines of the title and of the note: their characters, so that they fit a narrow notebook, and their height. */
const TITLE = { characters: 50, height: 20 };
const NOTE = { characters: 76, height: 15 };

/** Draws a figure with plotly, as wide as there is room. */
export function toPlotly(figure: Figure): PlotlyFigure {
  const names = seriesNames(figure);
  const named = new Set<string>();
  const data = figure.panels.flatMap((panel, p) =>
    panel.series.map((series) => {
      const isFirst = !named.has(series.name); // the legend has each series once, also if the first panel lacks it
      named.add(series.name);
      return trace(figure, series, p, names.indexOf(series.name), isFirst);
    }),
  );
  const title = wrap(figure.title, TITLE.characters);
  const note = figure.note ? wrap(figure.note, NOTE.characters) : [];
  const [top, bottom] = [HEAD + TITLE.height * title.length + NOTE.height * note.length, AXIS + 30];
  const layout = {
    title: {
      text: titleText(title, note),
      font: { size: 15 },
      ...{ x: 0, xref: "container", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { t: 14, l: 10 } },
    },
    barmode: "group",
    template: "none",
    autosize: true,
    height: top + PLOT + bottom,
    margin: { t: top, b: bottom, l: 60, r: 20 },
    legend: { orientation: "h", x: 0, y: -AXIS / PLOT, yanchor: "top", traceorder: "normal" },
    annotations: figure.panels.map((panel, p) => heading(figure, panel, p)),
    ...Object.fromEntries(figure.panels.flatMap((_, p) => panelAxes(figure, p))),
  };
  return { data, layout };
}

/** The title, and the note under it in smaller type. */
const titleText = (title: readonly string[], note: readonly string[]): string =>
  [
    ...title.map((line) => `<b>${escapeHtml(line)}</b>`),
    ...note.map((line) => `<span style="font-size: 11px">${escapeHtml(line)}</span>`),
  ].join("<br>");

const axisName = (letter: "x" | "y", panel: number) => `${letter}${panel === 0 ? "" : panel + 1}`;

function trace(figure: Figure, series: Series, panel: number, colour: number, showlegend: boolean): object {
  const { points } = series;
  const whiskers = points.some(({ low }) => low !== undefined);
  return {
    uid: `${panel}-${colour}`, // otherwise random, so equal figures would differ
    type: figure.kind === "bars" ? "bar" : "scatter",
    ...(figure.kind === "lines" ? { mode: "lines+markers" } : {}),
    name: escapeHtml(series.name),
    legendgroup: escapeHtml(series.name),
    showlegend,
    x: points.map(({ x }) => (typeof x === "string" ? escapeHtml(x) : x)),
    y: points.map(({ y }) => y),
    xaxis: axisName("x", panel),
    yaxis: axisName("y", panel),
    marker: { color: COLOURS[colour % COLOURS.length] },
    ...(whiskers
      ? {
          error_y: {
            type: "data",
            symmetric: false,
            array: points.map(({ y, high = y }) => high - y),
            arrayminus: points.map(({ y, low = y }) => y - low),
            thickness: 1,
          },
        }
      : {}),
  };
}

function domain(figure: Figure, panel: number): [number, number] {
  const width = (1 - GUTTER * (figure.panels.length - 1)) / figure.panels.length;
  const left = panel * (width + GUTTER);
  return [left, left + width];
}

function panelAxes(figure: Figure, p: number): [string, object][] {
  const xaxis = { title: { text: escapeHtml(figure.x) }, domain: domain(figure, p), anchor: axisName("y", p) };
  const yaxis = {
    ...(p === 0 ? { title: { text: escapeHtml(figure.y) } } : { matches: "y", showticklabels: false }),
    ...(figure.kind === "bars" ? { range: [0, figure.yMax ?? 100] } : {}),
    anchor: axisName("x", p),
  };
  const suffix = p === 0 ? "" : String(p + 1);
  return [
    [`xaxis${suffix}`, xaxis],
    [`yaxis${suffix}`, yaxis],
  ];
}

/** The title of a panel, centred above it. */
function heading(figure: Figure, panel: Panel, p: number): object {
  const [left, right] = domain(figure, p);
  const place = { x: (left + right) / 2, xanchor: "center", xref: "paper", y: 1, yanchor: "bottom", yref: "paper" };
  return { text: escapeHtml(panel.title), ...place, showarrow: false };
}
