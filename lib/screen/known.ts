import { ContainedSets, MIN_SHINGLES } from "./contained";
import { hashWords, shinglesOf, toSet } from "./shingles";
import { SimilarSets } from "./similar";
import { listSets } from "./sketch";

/** A text that must not stand in a sample: a benchmark item, a seed question, a line of another file. */
export interface KnownText {
  name: string;
  /** Its origin: "benchmark", "seeds", or a file name. */
  from: string;
  /** Texts that describe its situation: its sentence, a caption, the reason for its answer. */
  situations: readonly string[];
  options: readonly string[];
}

/** The known text that stands in a sample. */
export interface Contamination {
  reason: "contamination";
  twin: string;
  twinFrom: string;
  /** The share of it that stands in the sample, or their similarity: 0 to 1. */
  score: number;
}

/** From when on a sample is contaminated. */
export interface ContaminationThresholds {
  /** For a known situation. */
  contamination: number;
  /** For the options of a known text, as a group; without it, options are not compared. */
  contaminationOptions?: number;
  /**
   * "containment": the share of the known text's word triples that stand anywhere in the sample. "similarity": the
   * Jaccard similarity of the two situations, or of their options; for worlds in which a longer situation is another
   * one. Containment by default.
   */
  contaminationMeasure?: "containment" | "similarity";
}

/** The word triples of a sample's situation, of its options, and of all its texts, as ascending hashes. */
export interface SampleSets {
  situation: Int32Array;
  options: Int32Array;
  whole: Int32Array;
}

/** An index of known texts. */
export interface KnownIndex {
  /** The known text that most stands in a sample, or most resembles it; null if none reaches the thresholds. */
  contamination(sample: SampleSets): Contamination | null;
}

/** A set of a known text's word triples. */
interface KnownSet {
  known: KnownText;
  set: Int32Array;
}

/** A known set that was found, and how much of it. */
type Find = (set: Int32Array) => { entry: number; score: number } | null;

export function indexKnown(known: readonly KnownText[], thresholds: ContaminationThresholds): KnownIndex {
  const { contamination, contaminationOptions, contaminationMeasure } = thresholds;
  const situations = known.flatMap((one) => [...new Set(one.situations)].map((text) => knownSet(one, [text])));
  const options = contaminationOptions === undefined ? [] : known.map((one) => knownSet(one, one.options));
  if (contaminationMeasure === "similarity") {
    const [situation, choices] = [similar(situations, contamination), similar(options, contaminationOptions ?? 1)];
    return { contamination: (sample) => fuller(situation(sample.situation), choices(sample.options)) };
  }
  const isLong = ({ set }: KnownSet) => set.length >= MIN_SHINGLES;
  const whole = contained(situations.filter(isLong), contamination);
  const group = contained(options.filter(isLong), contaminationOptions ?? 1);
  // A very short situation is in many texts; it counts where it is all of the sample's situation.
  const short = similar(
    situations.filter((one) => !isLong(one)),
    1,
  );
  return {
    contamination: (sample) => fuller(fuller(whole(sample.whole), group(sample.whole)), short(sample.situation)),
  };
}

const knownSet = (known: KnownText, texts: readonly string[]): KnownSet => ({
  known,
  set: toSet(shinglesOf(texts.map(hashWords))),
});

function contained(entries: readonly KnownSet[], threshold: number) {
  const sets = new ContainedSets(
    entries.map(({ set }) => set),
    threshold,
  );
  return named(entries, (set) => sets.fullest(set));
}

function similar(entries: readonly KnownSet[], threshold: number) {
  const sets = new SimilarSets(listSets(entries.map(({ set }) => set)), threshold, 1);
  for (const entry of entries.keys()) sets.add(entry);
  return named(entries, (set) => sets.nearest(set));
}

/** Says which known text was found. */
const named =
  (entries: readonly KnownSet[], find: Find) =>
  (set: Int32Array): Contamination | null => {
    const found = find(set);
    if (!found) return null;
    const { name, from } = entries[found.entry]!.known;
    return { reason: "contamination", twin: name, twinFrom: from, score: found.score };
  };

const fuller = (a: Contamination | null, b: Contamination | null) => (!a || (b && b.score > a.score) ? b : a);
