import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AnswerResults, readResultsFile, type Study } from "../study/index";

/** The results of the profile `pocket-seeds`, which come with the kit: computing them takes five times the study's time. */
const POCKET_SEEDS = "data/pocket/seeds.json";

/** The results over training seeds: the study's own; for the pocket study, which has one seed, those of the file. */
export function resultsOverSeeds(study: Study): AnswerResults {
  const results = study.results();
  const file = join(study.root, POCKET_SEEDS);
  return results.seeds.length === 1 && study.profile.name === "pocket" && existsSync(file)
    ? readResultsFile(file)
    : results;
}
