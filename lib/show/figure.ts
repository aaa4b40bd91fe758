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

/** A plot beside others that share its axes and the colours of its series. */
export interface Panel {
  title: string;
  series: Series[];
}

/** A figure as data: what is drawn, whichever library draws it. */
export interface Figure {
  /** Names its files: "figure2". */
  name: string;
  title: string;
  /** What a reader must know beside the picture. */
  note: string;
  /** Bars stand side by side over names and start at 0; lines run over numbers, and dots mark their points. */
  kind: "bars" | "lines";
  x: string;
  y: string;
  panels: Panel[];
  /** Where the axis of bars ends; 100 where it is left out. */
  yMax?: number;
}

/** Colours that people with colour-vision deficiency tell apart (Okabe and Ito, 2008). */
export const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"] as const;

/** Names of a figure's series, in order of appearance; a name has the same colour in each panel. */
export const seriesNames = (figure: Figure): string[] => [
  ...new Set(figure.panels.flatMap((panel) => panel.series.map(({ name }) => name))),
];
