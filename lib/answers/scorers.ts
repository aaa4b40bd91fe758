import type { Option } from "../benchmark/index";
import { readPraxis } from "./praxis";
import { readStrict } from "./strict";
import { readViva } from "./viva";

/** Reads the letter of the chosen option from a reply; null if it cannot. The gold letter is not used. */
export type Reader = (reply: string, options: readonly Option[]) => string | null;

/** The kit's own reader, and the authors' two. */
export const scorers = { strict: readStrict, viva: readViva, praxis: readPraxis } satisfies Record<string, Reader>;
export type Scorer = keyof typeof scorers;
