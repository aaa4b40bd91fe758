import { COLOURS, type Figure, type Panel, type Series, seriesNames } from "./figure";

/** A figure as plotly.js expects it: `Plotly.newPlot(element, data, layout)`. */
export interface PlotlyFigure {
  data: object[];
  layout: object;
}

/** Room between panels, as a share of the figure's width. */
const GUTTER = 0.04;

/** Draws a figure with plotly. */
export function toPlotly(figure: Figure): PlotlyFigure {
  const names = seriesNames(figure);
  const data = figure.panels.flatMap((panel, p) =>
    panel.series.map((series) => trace(figure, series, p, names.indexOf(series.name))),
  );
  const axes = figure.panels.flatMap((panel, p) => panelAxes(figure, panel, p));
  const layout = {
    title: { text: figure.title, font: { size: 15 } },
    barmode: "group",
    template: "none",
    width: 900,
    height: 420,
    margin: { t: 70, b: 100, l: 60, r: 20 },
    legend: { orientation: "h", y: -0.18 },
    annotations: [...figure.panels.map((panel, p) => heading(figure, panel, p)), footnote(figure.note)],
    ...Object.fromEntries(axes),
  };
  return { data, layout };
}

const axisName = (letter: "x" | "y", panel: number) => `${letter}${panel === 0 ? "" : panel + 1}`;

function trace(figure: Figure, series: Series, panel: number, colour: number): object {
  const { points } = series;
  const whiskers = points.some(({ low }) => low !== undefined);
  return {
    uid: `${panel}-${colour}`, // otherwise random, so equal figures would differ
    type: figure.kind === "bars" ? "bar" : "scatter",
    ...(figure.kind === "lines" ? { mode: "lines+markers" } : {}),
    name: series.name,
    legendgroup: series.name,
    showlegend: panel === 0,
    x: points.map(({ x }) => x),
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

function panelAxes(figure: Figure, _panel: Panel, p: number): [string, object][] {
  const xaxis = { title: { text: figure.x }, domain: domain(figure, p), anchor: axisName("y", p) };
  const yaxis = {
    ...(p === 0 ? { title: { text: figure.y } } : { matches: "y", showticklabels: false }),
    ...(figure.kind === "bars" ? { range: [0, figure.yMax ?? 100] } : {}),
    anchor: axisName("x", p),
  };
  const suffix = p === 0 ? "" : String(p + 1);
  return [
    [`xaxis${suffix}`, xaxis],
    [`yaxis${suffix}`, yaxis],
  ];
}

function heading(figure: Figure, panel: Panel, p: number): object {
  const [left, right] = domain(figure, p);
  return { text: panel.title, x: (left + right) / 2, y: 1.06, xref: "paper", yref: "paper", showarrow: false };
}

const footnote = (text: string) => ({
  text,
  x: 0,
  y: -0.32,
  xref: "paper",
  yref: "paper",
  xanchor: "left",
  showarrow: false,
  font: { size: 10, color: "#666" },
});
