import { type Dataset, datasetIdentity, formSpec, readDataset, screenSet } from "../synthesis/index";
import { RULES, type ScreeningOptions } from "./generation";
import { writeSampleSet } from "./sample-files";
import { inlineStep, type Step } from "./step";

/**
 * Reads the questions of a dataset, screens them as generated ones are screened, and divides them. The run's records
 * are the samples that were kept.
 */
export function datasetStep(root: string, dataset: Dataset, options: ScreeningOptions): Step {
  const { source, thresholds, balance, split, form, needs, knownSpec, known } = options;
  const step = inlineStep(root, {
    name: `read, screen and divide the dataset ${source}`,
    group: "synthesis",
    needs,
    run: {
      step: "samples",
      name: source,
      spec: {
        rules: RULES,
        source,
        dataset: datasetIdentity(root, dataset),
        thresholds,
        balance,
        split,
        form: formSpec(form),
        known: knownSpec,
      },
    },
    work: async (run) => {
      const { samples, rejected, rows, files, commit } = await readDataset(root, dataset, source);
      const set = screenSet({ rows }, samples, rejected, { known: known(), thresholds, balance });
      writeSampleSet(root, run, set, split, form);
      return { counts: set.counts, settings: { files, ...(commit && { commit }) } };
    },
  });
  return { ...step, dataset };
}
