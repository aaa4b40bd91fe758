import { hashWords, shinglesOf, toSet } from "./shingles";
import { SimilarSets } from "./similar";
import { listSets } from "./sketch";

/** A text that no sample may resemble: a benchmark item, a seed question, a line of another file. */
export interface KnownText {
  name: string;
  /** Its origin: "benchmark", "seeds", or a file name. */
  from: string;
  /** Texts that describe its situation: its sentence, a caption, the reason for its answer. */
  situations: readonly string[];
  options: readonly string[];
}

/** The known text that a sample resembles. */
export interface Contamination {
  reason: "contamination";
  twin: string;
  twinFrom: string;
  /** Jaccard similarity, 0 to 1. */
  score: number;
}

/** Similarities to a known situation, and to known options if given, from which a sample is contaminated. */
export interface ContaminationThresholds {
  contamination: number;
  contaminationOptions?: number;
}

/** An index of known texts. */
export interface KnownIndex {
  /** The known text that the sets of a sample's situation and options resemble most; null if they resemble none. */
  contamination(situation: Int32Array, options: Int32Array): Contamination | null;
}

export function indexKnown(known: readonly KnownText[], thresholds: ContaminationThresholds): KnownIndex {
  const { contamination, contaminationOptions } = thresholds;
  const situations = known.flatMap((one) =>
    [...new Set(one.situations)].map((text) => ({ known: one, texts: [text] })),
  );
  const options = known.map((one) => ({ known: one, texts: one.options }));
  const nearestSituation = indexTexts(situations, contamination);
  const nearestOptions = contaminationOptions === undefined ? () => null : indexTexts(options, contaminationOptions);
  return {
    contamination(situation, choices) {
      const [a, b] = [nearestSituation(situation), nearestOptions(choices)];
      return !a || (b && b.score > a.score) ? b : a;
    },
  };
}

/** Finds the known text that is nearest to a set of shingles. */
function indexTexts(entries: readonly { known: KnownText; texts: readonly string[] }[], threshold: number) {
  const index = new SimilarSets(
    listSets(entries.map(({ texts }) => toSet(shinglesOf(texts.map(hashWords))))),
    threshold,
    1,
  );
  for (const entry of entries.keys()) index.add(entry);
  return (set: Int32Array): Contamination | null => {
    const nearest = index.nearest(set);
    if (!nearest) return null;
    const { name, from } = entries[nearest.entry]!.known;
    return { reason: "contamination", twin: name, twinFrom: from, score: nearest.score };
  };
}
