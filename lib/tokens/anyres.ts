import type { PictureSize } from "./picture-size";

/** How LLaVA-OneVision cuts a picture into tiles. */
export interface Tiles {
  /** Side of a tile in pixels. */
  tile: number;
  /** Tokens of a tile. */
  tokens: number;
  /** Heights and widths in pixels, of which a picture gets the one that suits it best. */
  grids: readonly (readonly [height: number, width: number])[];
  /** The most tiles that tokens are kept for; above it, they are interpolated. */
  most: number;
}

/**
 * Tokens of a picture for LLaVA-OneVision: the whole picture as one tile, the tiles of its best grid without what pads
 * them, and a token that ends each row. This is `_get_number_of_features` of transformers'
 * processing_llava_onevision.py.
 */
export function anyresTokens(picture: PictureSize, { tile, tokens, grids, most }: Tiles): number {
  const side = Math.trunc(Math.sqrt(tokens));
  const [gridHeight, gridWidth] = bestGrid(picture, grids);
  const [rows, columns] = unpadded(picture, side * Math.floor(gridHeight / tile), side * Math.floor(gridWidth / tile));
  const ratio = Math.sqrt((rows * columns) / (most * side ** 2));
  const kept = (count: number) => (ratio > 1.1 ? floorDivide(count, ratio) : count);
  return tokens + kept(rows) * kept(columns) + kept(rows);
}

/** Python's `//`, which is exact where `Math.floor(a / b)` is not: the quotient may round up to a whole number. */
const floorDivide = (a: number, b: number) => Math.round((a - (a % b)) / b);

/** Rows and columns of tokens that show the picture, which is centred in the grid. */
function unpadded({ width, height }: PictureSize, rows: number, columns: number): [rows: number, columns: number] {
  // Python's int(round(…, 7))
  const whole = (value: number) => Math.trunc(Number(value.toFixed(7)));
  const used = (available: number, needed: number) => available - 2 * Math.floor((available - needed) / 2);
  return width / height > columns / rows
    ? [used(rows, whole(height * (columns / width))), columns]
    : [rows, used(columns, whole(width * (rows / height)))];
}

/** The grid that keeps most of the picture's pixels and, among those, wastes the fewest: `select_best_resolution`. */
function bestGrid({ width, height }: PictureSize, grids: Tiles["grids"]): readonly [height: number, width: number] {
  let [best, mostKept, leastWasted] = [grids[0]!, 0, Number.POSITIVE_INFINITY];
  for (const grid of grids) {
    const scale = Math.min(grid[1] / width, grid[0] / height);
    const kept = Math.min(Math.trunc(width * scale) * Math.trunc(height * scale), width * height);
    const wasted = grid[0] * grid[1] - kept;
    if (kept > mostKept || (kept === mostKept && wasted < leastWasted))
      [best, mostKept, leastWasted] = [grid, kept, wasted];
  }
  return best;
}
