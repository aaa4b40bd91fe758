import type { Screenable } from "../screen/index";
import type { Sample } from "./sample";

/**
 * The parts of a sample that are screened. Only situation and options make duplicates, since many samples share a
 * question, and some a rationale; all of them may be contaminated.
 */
export const toScreenable = <
  T extends Pick<Sample, "situation" | "options"> & { id: string; question?: string; rationale?: string },
>({
  id,
  situation,
  options,
  question,
  rationale,
}: T): Screenable => ({
  id,
  situation,
  options: options.map(({ text }) => text),
  more: [question, rationale].filter((text) => text !== undefined && text !== "") as string[],
});
