import { claims } from "../show/index";
import { overSeeds, type Results } from "../study/index";
import { sizeText } from "./over-seeds";

/** What the study does not show, in sentences that hold for these results. */
export function limitsOf(results: Results): string[] {
  const { items, seeds, cells, sources, captions, missingPictures } = results;
  const absent = cells.filter((cell) => !results.get(cell)).length;
  const failed = claims(results).filter(({ holds }) => holds === false);
  const larger = overSeeds(results);
  const missing = Object.values(missingPictures).reduce((sum, count) => sum + count, 0);
  return [
    results.evidence,
    absent > 0 && `${absent} of ${cells.length} cells have no result yet. Tables show “–” for them.`,
    ...failed.map(({ claim, rule, numbers }) => `Not shown by this run: ${lowerFirst(claim)} (${rule}). ${numbers}.`),
    seeds.length === 1 &&
      `Each training was done once. Intervals and p values say how far other items could change a number; they do not say how far another random seed of the training could${larger ? `: see “How firm the findings are”, with ${sizeText(larger)}` : ""}.`,
    seeds.length > 1 &&
      `Each training was done with ${seeds.length} random seeds. The models that are trained are the same in all of them.`,
    items.length > 0 &&
      `All accuracies are about ${items.length.toLocaleString("en")} questions with given options. How models act without options, over several steps, or towards real people is not measured.`,
    captions.size > 0 &&
      "Language models read captions that a model generated. What a caption leaves out, they cannot use, and a wrong caption counts against them.",
    sources.length > 0 &&
      "Labels of the training text are those of its source. Nobody has checked them by hand, and the kit does not claim that they are right.",
    missing > 0 && `${missing} items have no picture. They are left out, and the others may be easier or harder.`,
    "Items that many models answer rightly may be easy to guess from their options. The controls bound this for the models that were trained, and for no others.",
  ].filter((one) => typeof one === "string" && one !== "") as string[];
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
