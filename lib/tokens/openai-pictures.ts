import type { PictureSize } from "./picture-size";

// The rules of "Images and vision: calculating costs", https://platform.openai.com/docs/guides/images-vision. Smaller
// pictures are not enlarged, as users measured: 128 × 64 pixels take one tile (community.openai.com/t/1262691).

/** Tokens of a picture and of each of its tiles, by the beginnings of models' names. */
const TILES: readonly [names: RegExp, base: number, perTile: number][] = [
  [/^gpt-4o-mini/, 2833, 5667],
  [/^gpt-5/, 70, 140],
  [/^o[13]/, 75, 150],
  [/^/, 85, 170], // gpt-4o, gpt-4.1, gpt-4.5 and earlier
];

/** Models that are billed by patches of 32 × 32 pixels, and by how much a patch is multiplied. */
const PATCHES: readonly [names: RegExp, perPatch: number][] = [
  [/^gpt-(4\.1|5)-mini/, 1.62],
  [/^gpt-(4\.1|5)-nano/, 2.46],
  [/^o4-mini/, 1.72],
];
const PATCH = 32;
const MOST_PATCHES = 1536;

/** What counts the tokens of a picture in high detail, which is what a request without `detail` gets. */
export function openAiPictureTokens(model: string): (picture: PictureSize) => number {
  const patches = PATCHES.find(([names]) => names.test(model));
  if (patches) return (picture) => Math.ceil(patchesOf(picture) * patches[1]);
  const [, base, perTile] = TILES.find(([names]) => names.test(model))!;
  return (picture) => base + perTile * tilesOf(picture);
}

/** Squares of 512 pixels, after the picture was fitted into 2,048 × 2,048 and its shorter side into 768. */
function tilesOf({ width, height }: PictureSize): number {
  const scale = Math.min(1, 2048 / Math.max(width, height), 768 / Math.min(width, height));
  const along = (side: number) => Math.ceil(Number(((side * scale) / 512).toFixed(6)));
  return along(width) * along(height);
}

/** Patches that cover the picture. One that needs too many is shrunk until whole patches fit its sides. */
function patchesOf({ width, height }: PictureSize): number {
  const along = (side: number) => Math.ceil(Number((side / PATCH).toFixed(6)));
  if (along(width) * along(height) <= MOST_PATCHES) return along(width) * along(height);
  const fit = Math.sqrt((PATCH ** 2 * MOST_PATCHES) / (width * height));
  const whole = (side: number) => Math.floor((side * fit) / PATCH) / ((side * fit) / PATCH);
  const scale = fit * Math.min(whole(width), whole(height));
  return along(width * scale) * along(height * scale);
}
