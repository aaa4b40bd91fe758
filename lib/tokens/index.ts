/** Tokens of requests as a model counts them, so that a plan can state beforehand what it will take. */
export type { TokenCounter } from "./counter";
export type { PictureFamily } from "./family";
export { type CountedModel, openTokenCounter } from "./open";
export { type PictureSize, USUAL_PICTURE } from "./picture-size";
