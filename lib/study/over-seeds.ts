import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../root";
import type { Results } from "./results";
import { type FiledResults, readResultsFile } from "./results-file";

/** Where `wov results` writes the answers of a profile's larger study, with more training seeds and maybe more builds. */
export const seedsFile = (profile: string): string => `data/${profile}/seeds.json`;

const read = new WeakMap<Results, FiledResults | undefined>();

/**
 * The larger study of a study with one training seed: undefined if there is none, or if it is about other items or models.
 *
 * @throws WovError if the file was edited
 */
export function overSeeds(results: Results): FiledResults | undefined {
  if (!read.has(results)) read.set(results, readFitting(results));
  return read.get(results);
}

function readFitting(results: Results): FiledResults | undefined {
  const { profile, seeds, items, bases, labels } = results;
  const file = join(projectRoot(), seedsFile(profile));
  if (!/^[\w-]+$/.test(profile) || seeds.length > 1 || items.length === 0 || !existsSync(file)) return undefined;
  const larger = readResultsFile(file);
  const golds = (some: readonly { index: number; gold: string }[]) =>
    some.map(({ index, gold }) => index + gold).join();
  const isAbout = Object.keys(bases).every(
    (model) => larger.labels.models[model] === labels.models[model] && model in larger.bases,
  );
  return isAbout && golds(larger.items) === golds(items) ? larger : undefined;
}
