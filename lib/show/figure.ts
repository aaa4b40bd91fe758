/** A point with its interval; all in the units of the axes. */
export interface Point {
  x: string | number;
  y: number;
  low?: number;
  high?: number;
}

export interface Series {
  name: string;
  points: Point[];
}

/** A plot in a row of plots that share axes and the colours of series. */
export interface Panel {
  title: string;
  series: Series[];
}

/** A figure as data, for any library that draws it. */
export interface Figure {
  /** Name of its files, such as "figure2". */
  name: string;
  title: string;
  /** What a reader must know to understand the figure. */
  note: string;
  /** Bars over names, side by side, from 0; or lines over numbers, with dots at their points. */
  kind: "bars" | "lines";
  x: string;
  y: string;
  panels: Panel[];
  /** Whether the intervals of lines are drawn as bands; by default they are whiskers. */
  band?: boolean;
  /** Lower end of the x axis of lines; 0 by default. */
  xMin?: number;
  /** Upper end of the y axis of bars; 100 by default. */
  yMax?: number;
}

/** Whether a figure has anything to show yet. */
export const hasPoints = ({ panels }: Figure): boolean =>
  panels.some(({ series }) => series.some(({ points }) => points.length > 0));

/** Colours that people with colour-vision deficiency can tell apart (Okabe and Ito, 2008). */
export const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"] as const;

/** Names of a figure's series, in order of appearance; a name has the same colour in each panel. */
export const seriesNames = (figure: Figure): string[] => [
  ...new Set(figure.panels.flatMap((panel) => panel.series.map(({ name }) => name))),
];

/** A text as lines of at most so many characters: figures do not break lines by themselves. */
export const wrap = (text: string, maxLine: number): string[] =>
  text.match(new RegExp(`.{1,${maxLine}}(?:\\s|$)`, "g"))?.map((line) => line.trim()) ?? [text];
