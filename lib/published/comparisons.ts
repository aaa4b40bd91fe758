import { boundPaired, compareUnpaired, holm, type PairedBounds, type UnpairedComparison } from "../stats/index";
import type { Published, PublishedNumber } from "./numbers";

/** A statement of the paper that compares accuracies. */
export interface Sentence {
  /** The statement in our words, with the paper's own words in quotes. */
  claim: string;
  place: string;
  pairs: (published: Published) => [first: PublishedNumber, second: PublishedNumber][];
}

/** How well totals alone support a comparison. */
export type Verdict = "supported" | "depends on overlap" | "may be chance";

/** Two published accuracies that a statement compares; differences are second minus first, as shares. */
export interface PublishedComparison {
  claim: string;
  place: string;
  first: PublishedNumber;
  second: PublishedNumber;
  unpaired: UnpairedComparison;
  /** The unpaired p, corrected by Holm over all comparisons of all statements. */
  holm: number;
  paired: PairedBounds;
  /**
   * "supported": p < 0.05 however the right answers overlap. "depends on overlap": p < 0.05 if they overlap enough.
   * "may be chance": p ≥ 0.05 however they overlap, or the difference points the other way.
   */
  verdict: Verdict;
}

const VLMS = ["Mllama", "Qwen2-VL", "LLaVA-OneVision"];
const BASES: Record<string, string> = { Mllama: "Llama-3.1", "Qwen2-VL": "Qwen2", "LLaVA-OneVision": "Qwen2" };
const SOURCES = ["GPT-4o", "Llama (8B)"];

const untrained = ({ numbers }: Published, model: string) =>
  numbers.find((n) => n.place === "Table 1" && n.model === model)!;
const trained = ({ numbers }: Published, model: string, source: string, size: number) =>
  numbers.find((n) => n.place === "Table 2" && n.model === model && n.source === source && n.size === size)!;

/** The paper's statements about differences between its numbers. */
export const sentences: Sentence[] = [
  {
    claim: 'LLMs "consistently outperform" the VLMs built on them',
    place: "section 2.3",
    pairs: (p) => VLMS.map((model) => [untrained(p, model), untrained(p, BASES[model]!)]),
  },
  {
    claim: 'GPT-4o\'s text brings "substantial improvements across all models"',
    place: "section 3.2",
    pairs: (p) => VLMS.map((model) => [untrained(p, model), trained(p, model, "GPT-4o", 30_000)]),
  },
  {
    claim: 'Llama\'s text brings "significant gains" too',
    place: "section 4.2",
    pairs: (p) => VLMS.map((model) => [untrained(p, model), trained(p, model, "Llama (8B)", 30_000)]),
  },
  {
    claim: "GPT-4o's text is better: gains from Llama's are \"generally smaller\"",
    place: "section 4.2",
    pairs: (p) => VLMS.map((model) => [trained(p, model, "Llama (8B)", 30_000), trained(p, model, "GPT-4o", 30_000)]),
  },
  {
    claim: '"larger training sets generally yield better performance"',
    place: "section 4.2",
    pairs: (p) =>
      VLMS.flatMap((model) =>
        SOURCES.map((source): [PublishedNumber, PublishedNumber] => [
          trained(p, model, source, 10_000),
          trained(p, model, source, 30_000),
        ]),
      ),
  },
];

/** All comparisons behind the paper's statements, tested without the authors' replies. */
export function comparePublished(published: Published): PublishedComparison[] {
  const { items } = published;
  const all = sentences.flatMap(({ claim, place, pairs }) =>
    pairs(published).map(([first, second]) => ({
      claim,
      place,
      first,
      second,
      unpaired: compareUnpaired(first.correct, second.correct, items),
      paired: boundPaired(first.correct, second.correct, items),
    })),
  );
  const corrected = holm(all.map(({ unpaired }) => unpaired.p));
  return all.map((one, i) => ({ ...one, holm: corrected[i]!, verdict: verdictOf(one) }));
}

function verdictOf({ unpaired, paired }: { unpaired: UnpairedComparison; paired: PairedBounds }): Verdict {
  if (unpaired.difference <= 0 || paired.lowest >= 0.05) return "may be chance";
  return paired.highest < 0.05 ? "supported" : "depends on overlap";
}
