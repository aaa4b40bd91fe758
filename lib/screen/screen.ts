import { type Contamination, type ContaminationThresholds, indexKnown, type KnownText } from "./known";
import { SimilarSets } from "./similar";
import { type Screenable, type Sketches, sketch } from "./sketch";

/** From when on a sample is removed. */
export interface Thresholds extends ContaminationThresholds {
  /** Jaccard similarity of two samples' word triples, of situation and options together. */
  duplicate: number;
}

/** For texts by large language models, which vary more than those of the pocket world. */
export const DEFAULT_THRESHOLDS = {
  duplicate: 0.7,
  contamination: 0.5,
  contaminationOptions: 0.5,
  contaminationMeasure: "containment",
} satisfies Thresholds;

/** A sample that was removed, and what it resembles. */
export interface ScreenRejection {
  id: string;
  reason: "duplicate id" | "duplicate" | "near duplicate" | "contamination";
  /** Id of the other sample, or name of the known text. */
  twin: string;
  /** "samples", or the origin of the known text. */
  twinFrom: string;
  /** Jaccard similarity to another sample; of a known text, the share that stands in the sample. 0 to 1. */
  score: number;
}

/** An index of known texts; null if there are none. */
export const knownIndex = (known: readonly KnownText[], thresholds: Thresholds) =>
  known.length === 0 ? null : indexKnown(known, thresholds);

/**
 * Removes samples that repeat another sample, or in which a known text stands. Samples are taken in the order of their ids,
 * whatever order they are given in, and a sample is removed if it resembles one that was kept before it.
 */
export function screen<T extends Screenable>(
  samples: readonly T[],
  known: readonly KnownText[],
  thresholds: Thresholds,
) {
  const sketches = sketch(samples, knownIndex(known, thresholds));
  const rejected = screenSketches(sketches, thresholds);
  const removed = new Set(rejected.map(({ entry }) => entry));
  return {
    kept: inOrderOfIds(sketches)
      .filter((entry) => !removed.has(entry))
      .map((entry) => samples[entry]!),
    rejected: rejected.map(({ entry: _, ...rest }): ScreenRejection => rest),
  };
}

/** @returns the removed samples in the order of their ids, each with its index among the entries */
export function screenSketches(sketches: Sketches, thresholds: Thresholds): (ScreenRejection & { entry: number })[] {
  const { ids, contaminated, texts } = sketches;
  const kept = new SimilarSets(sketches, thresholds.duplicate, 2);
  const rejected: (ScreenRejection & { entry: number })[] = [];
  let before: string | undefined;
  for (const entry of inOrderOfIds(sketches)) {
    const id = ids[entry]!;
    const out = (why: Omit<ScreenRejection, "id">) => rejected.push({ entry, id, ...why });
    const sameId = id === before;
    before = id;
    if (sameId) {
      out({ reason: "duplicate id", twin: id, twinFrom: "samples", score: 1 });
      continue;
    }
    const contamination: Contamination | null = contaminated[entry]!;
    if (contamination) {
      out(contamination);
      continue;
    }
    const twin = kept.nearest(kept.set(entry));
    if (!twin) kept.add(entry);
    else {
      const reason = texts[entry] === texts[twin.entry] ? "duplicate" : "near duplicate";
      out({ reason, twin: ids[twin.entry]!, twinFrom: "samples", score: twin.score });
    }
  }
  return rejected;
}

/** Entries ordered by id, then by text. */
function inOrderOfIds({ ids, texts }: Sketches): number[] {
  const order = ids.map((_, entry) => entry);
  return order.sort((a, b) => (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : texts[a]! - texts[b]!));
}
