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
/** Room for the axis and its title, below which the legend begins; plotly moves a legend of a full row up by 20. */
const AXIS = 80;
/** Each panel has the title of its axis; where there are more of them, so that titles would overlap, one has it. */
const TITLED_PANELS = 2;
/** Lines of the title and of the note: their characters, so that they fit a narrow notebook, and their height. */
const TITLE = { characters: 42, height: 20 };
const NOTE = { characters: 60, height: 15 };

/** Names below bars, in lines: plotly tilts names that are too long for their place, and then they cover its legend. */
const NAME = { characters: 12, height: 14 };

/** A name in lines; a word that is too long has a line of its own. */
function linesOf(name: string): string[] {
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= NAME.characters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The names below the bars of a panel, in order; none for lines over numbers. */
const namesBelow = ({ series }: Panel): string[] => [
  ...new Set(series.flatMap(({ points }) => points.flatMap(({ x }) => (typeof x === "string" ? [x] : [])))),
];

/** Draws a figure with plotly, as wide as there is room. */
export function toPlotly(figure: Figure): PlotlyFigure {
  const names = seriesNames(figure);
  const named = new Set<string>();
  const data = figure.panels.flatMap((panel, p) =>
    panel.series.flatMap((series) => {
      const isFirst = !named.has(series.name); // the legend has each series once, also if the first panel lacks it
      named.add(series.name);
      const colour = names.indexOf(series.name);
      return [...(figure.band ? band(series, p, colour) : []), trace(figure, series, p, colour, isFirst)];
    }),
  );
  const title = wrap(figure.title, TITLE.characters);
  const note = figure.note ? wrap(figure.note, NOTE.characters) : [];
  const lines = Math.max(1, ...figure.panels.flatMap(namesBelow).map((name) => linesOf(name).length));
  const axis = AXIS + NAME.height * (lines - 1);
  const [top, bottom] = [HEAD + TITLE.height * title.length + NOTE.height * note.length, axis + 30];
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
    legend: { orientation: "h", x: 0, y: -axis / PLOT, yanchor: "top", traceorder: "normal" },
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
  const whiskers = !figure.band && points.some(({ low }) => low !== undefined);
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

/** The intervals of a line as an area behind it. */
function band({ name, points }: Series, panel: number, colour: number): object[] {
  const there = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  if (there.length < 2) return [];
  const back = [...there].reverse();
  const color = COLOURS[colour % COLOURS.length];
  return [
    {
      uid: `${panel}-${colour}-band`,
      type: "scatter",
      mode: "lines",
      legendgroup: escapeHtml(name),
      ...{
        showlegend: false,
        hoverinfo: "skip",
        line: { width: 0, color },
        opacity: 0.15,
        fill: "toself",
        fillcolor: color,
      },
      x: [...there, ...back].map(({ x }) => x),
      y: [...there.map(({ high }) => high), ...back.map(({ low }) => low)],
      xaxis: axisName("x", panel),
      yaxis: axisName("y", panel),
    },
  ];
}

function domain(figure: Figure, panel: number): [number, number] {
  const width = (1 - GUTTER * (figure.panels.length - 1)) / figure.panels.length;
  const left = panel * (width + GUTTER);
  return [left, left + width];
}

function panelAxes(figure: Figure, p: number): [string, object][] {
  const names = namesBelow(figure.panels[p]!);
  const ticktext = names.map((name) => linesOf(name).map(escapeHtml).join("<br>"));
  const xaxis = {
    ...(isTitled(figure, p) ? { title: { text: escapeHtml(figure.x) } } : {}),
    domain: domain(figure, p),
    anchor: axisName("y", p),
    ...(names.length > 0 ? { tickangle: 0, tickvals: names.map(escapeHtml), ticktext } : {}),
  };
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

const isTitled = ({ panels }: Figure, p: number): boolean =>
  panels.length <= TITLED_PANELS || p === Math.floor((panels.length - 1) / 2);

/** The title of a panel, centred above it. */
function heading(figure: Figure, panel: Panel, p: number): object {
  const [left, right] = domain(figure, p);
  const place = { x: (left + right) / 2, xanchor: "center", xref: "paper", y: 1, yanchor: "bottom", yref: "paper" };
  return { text: escapeHtml(panel.title), ...place, showarrow: false };
}
