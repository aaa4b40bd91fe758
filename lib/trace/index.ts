/** Where numbers come from: from a table, a cell, a run or a sample back to all that it was made from. */
import { type Cell, cellName, type Study } from "../study/index";
import type { ChainOptions } from "./chain-text";
import { traceTarget } from "./trace";
import { traceText } from "./trace-text";

export { isSound, type Trace, traceTarget } from "./trace";
export { traceText } from "./trace-text";

/**
 * What `wov trace` shows, for notebooks.
 *
 * @param target a file, a run, a sample, a mean over seeds, or a cell, by its name or itself
 */
export async function trace(study: Study, target: string | Cell, options: ChainOptions = {}): Promise<string> {
  const name = typeof target === "string" ? target : cellName(target, study.results());
  return traceText(study, await traceTarget(study, name), options);
}
