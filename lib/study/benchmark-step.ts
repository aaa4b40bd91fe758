import { join } from "node:path";
import {
  type AuditedBenchmark,
  auditBenchmark,
  type BenchmarkSource,
  type Item,
  type PictureRecord,
} from "../benchmark/index";
import { inlineStep, type Step } from "./step";

/** The step that prepares a benchmark: its items in VIVA's format, and a record of each picture. */
export const benchmarkStep = (root: string, source: BenchmarkSource): Step =>
  inlineStep(root, {
    name: `prepare the benchmark ${source.name}`,
    group: "pilot",
    needs: [],
    run: { step: "benchmark", name: source.name, spec: source.spec() },
    work: async (run, { signal, onProgress }) => {
      const path = (file: string) => run.path(file);
      const pictures = await source.prepare({ root, folder: join(root, run.folder), path, signal, onProgress });
      // An interrupted preparation starts again from the beginning: the records are written last, all at once.
      if (run.records().length === 0) run.append(pictures);
      const missing = pictures.filter((picture) => "missing" in picture).length;
      return { counts: { items: pictures.length, ...(missing > 0 && { missing }) } };
    },
  });

/** The prepared file, in VIVA's format. */
export const benchmarkFile = (root: string, step: Step): string => join(root, step.run.path("benchmark.json"));

/** The prepared items; none while the step is not done. */
export const readItems = (root: string, step: Step): Item[] =>
  step.run.state() === "done" ? auditItems(root, step).items : [];

/** The prepared items, with the faults of their file. */
export function auditItems(root: string, { run }: Step): AuditedBenchmark {
  const { asPublished } = run.spec.spec as { asPublished?: boolean };
  return auditBenchmark(join(root, run.path("benchmark.json")), run.path("images"), { asPublished });
}

/** A picture that is available, as requests name it. */
export type Picture = Exclude<PictureRecord, { missing: string }>;

/** The available pictures, by item index. */
export const readPictures = (step: Step): Map<number, Picture> =>
  new Map(
    step.run
      .records<PictureRecord>()
      .flatMap((record) => ("missing" in record ? [] : [[record.index, record] as const])),
  );
