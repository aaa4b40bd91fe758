import { anyresTokens, type Tiles } from "./anyres";
import { sum } from "./counter";
import type { PictureSize } from "./picture-size";
import { type Patches, patchTokens } from "./smart-resize";

/** Models that turn pictures into tokens in the same way. */
export type PictureFamily = "qwen2-vl" | "llava-onevision" | "mllama" | "other";

/** Tokens of all the pictures of one request. */
export type PictureTokens = (pictures: readonly PictureSize[]) => number;

const NAMES: readonly [RegExp, PictureFamily][] = [
  [/qwen-?2([._]5)?[-_]?vl/i, "qwen2-vl"],
  [/llava[-_]?(onevision|ov)/i, "llava-onevision"],
  [/mllama|llama[-_]?3\.2.*vision/i, "mllama"],
];

/** The family of a model by its name or the path of its folder. */
export const familyOf = (name: string): PictureFamily => NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? "other";

/** preprocessor_config.json of Qwen2-VL and Qwen2.5-VL: a token shows 28 × 28 pixels. */
const QWEN: Patches = { patch: 14, merge: 2, min: 3136, max: 12_845_056 };

/** preprocessor_config.json of llava-onevision-qwen2-*-ov-hf, which sees through SigLIP (384 pixels, patches of 14). */
const TIMES = [1, 2, 3, 4, 5, 6].map((times) => times * 384);
export const ONEVISION: Tiles = {
  tile: 384,
  tokens: 729,
  grids: TIMES.flatMap((height) => TIMES.map((width) => [height, width] as const)),
  most: 9,
};

/** What a picture takes where nothing is known of the model: GPT-4o's count for a square of 1,024 pixels. */
export const OTHER = 765;

/** Tokens of pictures by the published numbers of a family. */
export const PICTURE_TOKENS: Readonly<Record<PictureFamily, PictureTokens>> = {
  "qwen2-vl": (pictures) => sum(pictures.map((picture) => patchTokens(picture, QWEN))),
  "llava-onevision": (pictures) => oneVisionTokens(pictures, ONEVISION),
  mllama: (pictures) => pictures.length, // the rest goes through cross-attention, outside the prompt
  other: (pictures) => pictures.length * OTHER,
};

/** LLaVA-OneVision cuts a picture into tiles only if it is the only one; each of several is one tile and its end. */
export const oneVisionTokens = (pictures: readonly PictureSize[], tiles: Tiles): number =>
  pictures.length === 1 ? anyresTokens(pictures[0]!, tiles) : pictures.length * (tiles.tokens + 1);
