import { icons as iconSet } from "@iconify-json/fluent-emoji-flat";
import { Resvg } from "@resvg/resvg-js";
import type { Random } from "../random";
import { factOf } from "./facts";
import { type Scene, sceneFacts } from "./scene";

/** The picture is a grid of 4 × 4 cells; a cell holds one icon or none. */
export const GRID = 4;
/** Width of a cell and of an icon, in units of the picture. Models see one unit as one pixel, 64 × 64 in all. */
const CELL = 16;
const ICON = 12;
/** How far an icon may be off the middle of its cell, in units. */
const JITTER = 2;
/** Number of faint blots, which have no meaning. */
const BLOTS = 14;
export const MODEL_PIXELS = GRID * CELL;

/** A drawn scene: the SVG, and the phrase of the fact in each cell ("" for none), row by row. */
export interface Drawing {
  svg: string;
  cells: string[];
}

/** Places the facts of a scene in random cells, with jitter, over a pale tint with blots. */
export function drawPicture(scene: Scene, random: Random): Drawing {
  const order = random.shuffle(Array.from({ length: GRID * GRID }, (_, i) => i));
  const cells = Array.from({ length: GRID * GRID }, () => "");
  const icons = sceneFacts(scene).map((phrase, i) => {
    const cell = order[i]!;
    cells[cell] = phrase;
    const at = (position: number) => position * CELL + (CELL - ICON) / 2 + random.int(2 * JITTER + 1) - JITTER;
    return drawIcon(phrase, at(cell % GRID), at(Math.floor(cell / GRID)));
  });
  return { svg: page([ground(random), ...blots(random), ...icons]), cells };
}

const page = (parts: string[]) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${MODEL_PIXELS} ${MODEL_PIXELS}">${parts.join("")}</svg>`;

function ground(random: Random): string {
  return `<rect width="100%" height="100%" fill="hsl(${random.int(360)},40%,${90 + random.int(8)}%)"/>`;
}

function blots(random: Random): string[] {
  return Array.from({ length: BLOTS }, () => {
    const [x, y] = [random.int(MODEL_PIXELS), random.int(MODEL_PIXELS)];
    return `<circle cx="${x}" cy="${y}" r="${1 + random.int(3)}" fill="hsl(${random.int(360)},50%,60%)" opacity="0.25"/>`;
  });
}

/** The icon of a fact, scaled from 32 × 32 to its size in the picture. */
function drawIcon(phrase: string, x: number, y: number): string {
  const { icon } = factOf(phrase);
  const body = iconSet.icons[icon]?.body;
  if (!body) throw new Error(`the icon set has no '${icon}', which represents '${phrase}'`);
  return `<g transform="translate(${x} ${y}) scale(${ICON / 32})">${body}</g>`;
}

/** PNG bytes of a picture, `pixels` wide and high. No text is drawn, so no font is needed. */
export function renderPng(svg: string, pixels: number): Buffer {
  const options = { fitTo: { mode: "width" as const, value: pixels }, font: { loadSystemFonts: false } };
  return Buffer.from(new Resvg(svg, options).render().asPng());
}
