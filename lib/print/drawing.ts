import { escapeHtml } from "../escape";
import { FONT, FONT_SIZE, LETTER, wrap } from "../show/index";

const LINE = 9.5;

export interface Line {
  text: string;
  bold?: boolean;
  colour?: string;
}

/** Breaks texts into lines that fit a width in points. */
export const breakLines = (texts: readonly Line[], width: number): Line[] =>
  texts.flatMap((line) => {
    const letters = Math.floor(width / (FONT_SIZE * LETTER * (line.bold ? 1.12 : 1)));
    return wrap(line.text, letters).map((text) => ({ ...line, text }));
  });

/** Height of some lines, in points. */
export const heightOf = (lines: readonly Line[]): number => lines.length * LINE;

/** Lines of text from a point on; `middle` centres them there. */
export const textAt = (x: number, y: number, lines: readonly Line[], anchor: "start" | "middle" = "start"): string =>
  lines
    .map(
      ({ text, bold, colour }, i) =>
        `<text x="${x}" y="${y + FONT_SIZE + i * LINE}" text-anchor="${anchor}" fill="${colour ?? "#111"}"${bold ? ' font-weight="bold"' : ""}>${escapeHtml(text)}</text>`,
    )
    .join("");

export const boxAt = (x: number, y: number, width: number, height: number, fill: string, stroke = "#333"): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${stroke}" stroke-width="0.8"/>`;

/** A whole drawing of a size in points. */
export const drawing = (title: string, width: number, height: number, parts: readonly string[]): string =>
  `<svg role="img" aria-label="${escapeHtml(title)}" xmlns="http://www.w3.org/2000/svg" width="${width}pt" height="${height}pt" ` +
  `viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="${FONT_SIZE}"><rect width="100%" height="100%" fill="white"/>${parts.join("")}</svg>\n`;
