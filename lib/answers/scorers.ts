import type { Option } from "../benchmark/index";
import { readPraxis } from "./praxis";
import { readStrict } from "./strict";
import { readViva } from "./viva";

/** From a reply to the letter of a choice, or null where none is read. The gold letter plays no part. */
export type Reader = (reply: string, options: readonly Option[]) => string | null;

/** The kit's own reader, and the authors' two. */
export const scorers = { strict: readStrict, viva: readViva, praxis: readPraxis } satisfies Record<string, Reader>;
export type Scorer = keyof typeof scorers;
