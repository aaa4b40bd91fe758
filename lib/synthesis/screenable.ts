import type { Screenable } from "../screen/index";
import type { Sample } from "./sample";

/** What of a sample is compared with other texts: its situation and options; a question often asks the same. */
export const toScreenable = <T extends Pick<Sample, "situation" | "options"> & { id: string }>({
  id,
  situation,
  options,
}: T): Screenable => ({ id, situation, options: options.map(({ text }) => text) });
