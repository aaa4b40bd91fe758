import type { PictureSize } from "./picture-size";

/** How Qwen2-VL and its successors cut a picture into tokens. */
export interface Patches {
  /** Side of a patch in pixels. */
  patch: number;
  /** Patches along each side of a token. */
  merge: number;
  /** Fewest and most pixels that a picture is resized to. */
  min: number;
  max: number;
}

/**
 * Tokens of a picture for Qwen2-VL: it is resized so that both sides are whole numbers of tokens and its area is within
 * bounds. This is `smart_resize` of transformers' image_processing_qwen2_vl.py, in units of tokens.
 */
export function patchTokens({ width, height }: PictureSize, { patch, merge, min, max }: Patches): number {
  const side = patch * merge;
  const [columns, rows] = [roundHalfEven(width / side), roundHalfEven(height / side)];
  const area = columns * side * rows * side;
  if (area > max) {
    const shrink = Math.sqrt((width * height) / max);
    const shrunk = (length: number) => Math.max(1, Math.floor(length / shrink / side));
    return shrunk(width) * shrunk(height);
  }
  if (area < min) {
    const grow = Math.sqrt(min / (width * height));
    const grown = (length: number) => Math.ceil((length * grow) / side);
    return grown(width) * grown(height);
  }
  return columns * rows;
}

/** Rounds as Python does: a half goes to the even neighbour. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
