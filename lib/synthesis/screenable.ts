import type { Screenable } from "../screen/index";
import type { Sample } from "./sample";

/**
 * The parts of a sample that are screened: situation and options. Questions are left out, since many samples share one.
 */
export const toScreenable = <T extends Pick<Sample, "situation" | "options"> & { id: string }>({
  id,
  situation,
  options,
}: T): Screenable => ({ id, situation, options: options.map(({ text }) => text) });
