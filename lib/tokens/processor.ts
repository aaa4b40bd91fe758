import { z } from "zod";
import { sum } from "./counter";
import { ONEVISION, OTHER, oneVisionTokens, PICTURE_TOKENS, type PictureTokens } from "./family";
import type { ModelFolder } from "./model-folder";
import { patchTokens } from "./smart-resize";

const number = z.number().nullish();

/** The numbers of transformers' image processors that decide how many tokens a picture takes. */
const imageProcessor = z.object({
  patch_size: number,
  merge_size: number,
  min_pixels: number,
  max_pixels: number,
  size: z.object({ shortest_edge: number, longest_edge: number, height: number, width: number }).nullish(),
  image_grid_pinpoints: z.array(z.tuple([z.number(), z.number()])).nullish(),
});
const processor = z.object({
  num_image_tokens: number,
  vision_feature_select_strategy: z.string().nullish(),
  vision_aspect_ratio: z.string().nullish(),
});
type ImageProcessor = z.infer<typeof imageProcessor>;

/** How a model's own processor counts pictures, and a note for people if it is not known. */
export function openProcessor(folder: ModelFolder): { tokens: PictureTokens; note: string } {
  const own = folder.json("processor_config.json");
  const images = () => imageProcessor.parse(own?.image_processor ?? folder.json("preprocessor_config.json") ?? {});
  const type = String(folder.json("config.json")?.model_type);
  if (/^qwen2(_5)?_vl$/.test(type)) return { tokens: qwen(images()), note: "" };
  if (type === "llava_onevision") return { tokens: oneVision(images(), processor.parse(own ?? {})), note: "" };
  if (type === "mllama") return { tokens: PICTURE_TOKENS.mllama, note: "" };
  return { tokens: PICTURE_TOKENS.other, note: `, and ${OTHER} tokens per picture` };
}

/** Defaults are those of transformers' Qwen2VLImageProcessor. */
function qwen({ size, min_pixels, max_pixels, patch_size, merge_size }: ImageProcessor): PictureTokens {
  const patches = {
    patch: patch_size ?? 14,
    merge: merge_size ?? 2,
    min: min_pixels ?? size?.shortest_edge ?? 56 * 56,
    max: max_pixels ?? size?.longest_edge ?? 28 * 28 * 1280,
  };
  return (pictures) => sum(pictures.map((picture) => patchTokens(picture, patches)));
}

/** Defaults are those of transformers' LlavaOnevisionProcessor, which are also the published numbers. */
function oneVision(
  { size, image_grid_pinpoints }: ImageProcessor,
  { num_image_tokens, vision_feature_select_strategy, vision_aspect_ratio }: z.infer<typeof processor>,
): PictureTokens {
  const tiles = {
    tile: size?.height ?? size?.shortest_edge ?? ONEVISION.tile,
    tokens: num_image_tokens ?? ONEVISION.tokens,
    grids: (image_grid_pinpoints ?? ONEVISION.grids) as typeof ONEVISION.grids,
    most: Number(vision_aspect_ratio?.replace("anyres_max_", "") ?? ONEVISION.most),
  };
  const dropped = vision_feature_select_strategy === "default" ? 1 : 0;
  return (pictures) => oneVisionTokens(pictures, tiles) - dropped * pictures.length;
}
