import { COLOURS, type Figure, type Panel, seriesNames, wrap } from "./figure";

/** The font of print, which the kit ships; sizes are in points. */
export const FONT = "DejaVu Sans";
export const FONT_SIZE = 7;
/** Width of its letters on average, as a share of their size. */
export const LETTER = 0.58;
/** Widths of a column and of the text of a two-column page, as in the ACL's style (77 and 160 mm). */
export const COLUMN = 218;
export const PAGE = 453;
const HEIGHT = 120;
/** Share of a panel's width that its bars take. */
const BARS = 0.76;
/** Half the length of a line in a legend, whose dashes must be seen beside its shape. */
const HALF_LINE = 12;

/** What is drawn in a panel, in Vega-Lite's words. */
export interface PanelSpec {
  title: unknown;
  data: object;
  encoding: { x: { axis: object; [key: string]: unknown }; [key: string]: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: Vega-Lite's own types of layers cannot be narrowed by hand
  layer: any[];
}

/** A figure of one panel fits a column, if the names under its bars do; others take the page. */
export const printSize = (figure: Figure) => ({
  width: figure.panels.length === 1 && namesFit(figure, COLUMN) ? COLUMN : PAGE,
  height: HEIGHT,
});

/** More panels than these in a row would be too narrow to read. */
const MAX_COLUMNS = 3;

/** How many panels stand in a row: fewer where the names under bars need the room. */
export function columnsOf(figure: Figure): number {
  const most = Math.min(figure.panels.length, MAX_COLUMNS);
  const fits = (columns: number) => namesFit(figure, PAGE / columns);
  return Array.from({ length: most }, (_, i) => most - i).find(fits) ?? 1;
}

/** A name under a bar in lines: broken between words only, and no wider than its longest word. */
const linesOf = (name: string): string[] => wrap(name, Math.max(1, ...name.split(" ").map(({ length }) => length)));

/** The names under the bars of a panel. */
const namesOf = ({ series }: Panel): string[] => [
  ...new Set(series.flatMap(({ points }) => points.map(({ x }) => String(x)))),
];

/** Room left of a panel for its axis, and between two names. */
const LEFT = 32;
const GAP = 4;

/** Whether the names under bars stand clear of each other, in panels of some width. */
const namesFit = ({ kind, panels }: Figure, width: number): boolean =>
  kind === "lines" ||
  panels.map(namesOf).every((names) => {
    const widths = names.map((name) => Math.max(...linesOf(name).map(({ length }) => length)) * FONT_SIZE * LETTER);
    const room = (width - LEFT) / names.length;
    return widths.every((one, i) => one <= room && (one + (widths[i + 1] ?? 0)) / 2 + GAP <= room);
  });

export const printConfig = {
  font: FONT,
  view: { stroke: null },
  axis: {
    labelAngle: 0,
    labelFontSize: FONT_SIZE,
    titleFontSize: FONT_SIZE,
    titleFontWeight: "normal",
    labelOverlap: true,
    gridColor: "#ddd",
    gridWidth: 0.5,
    titlePadding: 3,
    tickSize: 3,
  },
  axisY: { tickCount: 5 },
  legend: { labelFontSize: FONT_SIZE, symbolSize: 45, rowPadding: 1, columnPadding: 8, offset: 4, padding: 0 },
};

const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];
const DASHES = [
  [1, 0],
  [4, 2],
  [1, 2],
  [6, 2, 1, 2],
  [8, 3],
  [2, 1],
];

/** Adds to a panel what tells its series apart without colours: patterns and values of bars, dashes and shapes of lines. */
export function printPanel(figure: Figure, panel: Panel, spec: PanelSpec): PanelSpec {
  const domain = seriesNames(figure);
  const bars = figure.kind === "bars";
  const letters = Math.max(...domain.map((name) => name.length));
  const room = printSize(figure).width;
  const legend = {
    title: null,
    orient: "bottom",
    labelLimit: 0,
    symbolOpacity: 1,
    symbolStrokeWidth: bars ? 0.5 : 0, // a dashed edge would blur the shapes
    symbolType: bars ? "square" : undefined,
    ...(bars ? {} : { symbolOffset: 9, labelOffset: 13 }),
    columns: Math.max(1, Math.floor(room / (letters * FONT_SIZE * LETTER + (bars ? 24 : 47)))),
  };
  const [{ encoding }, whisker] = spec.layer;
  const scaled = (range: readonly unknown[]) => ({
    field: "series",
    scale: { domain, range: domain.map((_, i) => range[i % range.length]) },
    legend,
  });
  const { y } = encoding;
  const color = scaled(bars ? COLOURS.map((colour, i) => (i === 0 ? colour : `url(#series-${i})`)) : COLOURS);
  const shape = scaled(SHAPES);
  const strokeDash = scaled(DASHES);
  const values = {
    mark: { type: "text", fontSize: FONT_SIZE, baseline: "bottom", dy: -1 },
    encoding: {
      y: { field: "top", type: "quantitative" },
      text: { field: "y", format: VALUE },
    },
    transform: [{ calculate: "isValid(datum.high) ? datum.high : datum.y", as: "top" }],
  };
  const edge = { type: "bar", stroke: "#222", strokeWidth: 0.5 };
  const line = { type: "line", strokeWidth: 1.2 };
  const points = { type: "point", filled: true, opacity: 1, size: 26 };
  return {
    ...spec,
    title: panel.title ? { text: panel.title, fontSize: FONT_SIZE + 0.5, fontWeight: "bold", anchor: "middle" } : "",
    encoding: {
      ...spec.encoding,
      x: { ...spec.encoding.x, axis: { ...spec.encoding.x.axis, ...(bars ? nameAxis(figure) : { tickCount: 4 }) } },
    },
    layer: bars
      ? [{ mark: edge, encoding: { y, color } }, whisker, ...(valuesFit(figure, panel) ? [values] : [])]
      : [
          { ...whisker, encoding: { ...whisker.encoding, color } },
          { mark: line, encoding: { y, color, strokeDash } },
          { mark: points, encoding: { y, color, shape } },
        ],
  };
}

/** How values are written above bars: as in the tables. */
const VALUE = ".2f";
const VALUE_LETTERS = 5;

/** Whether the values of bars stand clear of each other. */
function valuesFit(figure: Figure, { series }: Panel): boolean {
  const bars = series.length * Math.max(0, ...series.map(({ points }) => points.length));
  const room = printSize(figure).width / columnsOf(figure) - LEFT;
  return VALUE_LETTERS * FONT_SIZE * LETTER + 1 <= (BARS * room) / bars;
}

/** Names under bars. The axis has its title at the same height in each panel. */
function nameAxis({ panels }: Figure) {
  const names = panels.flatMap(namesOf);
  const lines = Object.fromEntries(names.map((name) => [name, linesOf(name)]));
  const most = Math.max(1, ...Object.values(lines).map(({ length }) => length));
  const minExtent = AXIS_TOP + most * (FONT_SIZE + LINE_GAP);
  return { labelOverlap: false, labelLimit: 0, labelExpr: `(${JSON.stringify(lines)})[datum.label]`, minExtent };
}

/** Vega's room above the names under an axis, and between their lines. */
const AXIS_TOP = 3;
const LINE_GAP = 2;

/** The shape of a line in a legend: where it stands, its colour and its line's dashes, of which Vega draws none. */
const LEGEND_SYMBOL =
  /(?<=role-legend-symbol"[^>]*>)<path transform="([^"]+)" [^>]*stroke="([^"]+)" stroke-width="0" stroke-dasharray="([^"]+)"[^>]*\/>/g;

/** Marks over the colour of a series of bars; the first has none. */
const MARKS = [
  "",
  '<path d="M0 4L4 0M-1 1L1 -1M3 5L5 3" stroke="#222" stroke-width="0.6"/>',
  '<circle cx="2" cy="2" r="0.8" fill="#fff"/>',
  '<path d="M0 2H4" stroke="#222" stroke-width="0.6"/>',
  '<path d="M2 0V4" stroke="#222" stroke-width="0.6"/>',
  '<path d="M0 2H4M2 0V4" stroke="#fff" stroke-width="0.6"/>',
];

/** Adds the patterns that bars are filled with and the lines of a legend, and lets the width and height be points. */
export function forPaper(svg: string): string {
  const patterns = COLOURS.map(
    (colour, i) =>
      `<pattern id="series-${i}" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="${colour}"/>${MARKS[i]}</pattern>`,
  );
  const line = (symbol: string, at: string, colour: string, dashes: string) =>
    `<path transform="${at}" d="M${-HALF_LINE} 0H${HALF_LINE}" stroke="${colour}" stroke-width="1.2" stroke-dasharray="${dashes}"/>${symbol}`;
  return svg
    .replace(LEGEND_SYMBOL, line)
    .replace(/ width="([\d.]+)" height="([\d.]+)"/, ' width="$1pt" height="$2pt"')
    .replace(/(<svg [^>]*>)/, `$1<defs>${patterns.join("")}</defs>`);
}
