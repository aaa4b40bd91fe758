import { type AnswerResults, overSeeds, type Study } from "../study/index";

/** The results over training seeds: those of the larger study, if there is one, such as the pocket's; else its own. */
export function resultsOverSeeds(study: Study): AnswerResults {
  const results = study.results();
  return overSeeds(results) ?? results;
}
