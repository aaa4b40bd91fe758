import { auditBenchmark, summarizeAudit } from "../benchmark/index";
import { auditTable } from "../show/index";
import type { Study } from "../study/index";
import { sayNotThere, showTable } from "./display";
import { findBenchmark, howToGet, readOptions } from "./examples";

/** Shows the faults of the benchmark's file, prepared or only downloaded; or how to get the file. */
export function showAudit(study: Study): void {
  const file = findBenchmark(study);
  if (!file) sayNotThere(`the benchmark's file; ${howToGet(study)}`);
  else showTable(auditTable(summarizeAudit(auditBenchmark(file, undefined, readOptions(study)))));
}
