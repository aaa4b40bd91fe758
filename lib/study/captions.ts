import { textsById } from "../ask/index";
import type { Step } from "./step";

/** Captions by item index, as far as they are written. */
export const readCaptions = ({ name, run }: Step): Map<number, string> =>
  new Map([...textsById(run.records(), name)].map(([id, text]) => [Number(id), text]));
