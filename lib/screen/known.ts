import { LshTable } from "./lsh";
import { type Banding, bandingFor, bandKeys, signature } from "./minhash";
import { hashWords, jaccard, shinglesOf, toSet } from "./shingles";

/** Something that no sample may come too near: a benchmark item, a seed, a line of another file. */
export interface Known {
  name: string;
  /** Where it is from: "benchmark", "seeds", a file. */
  from: string;
  /** What tells its situation: its sentence, a caption, the reason of its answer. */
  situations: readonly string[];
  options: readonly string[];
}

/** What a sample came too near to. */
export interface Contamination {
  reason: "contamination";
  twin: string;
  twinFrom: string;
  /** Jaccard similarity, 0 to 1. */
  score: number;
}

/** From which similarity on a sample contaminated: to a known text's situation; to its options, where those are compared. */
export interface ContaminationThresholds {
  contamination: number;
  contaminationOptions?: number;
}

/** Known texts, ready to be sought. */
export interface KnownIndex {
  /**
   * The known text that a sample comes too near to, the nearest one; null where there is none. It is given as
   * the shingles of its situation and of its options, each with its signature.
   */
  contamination(
    situation: Int32Array,
    situationSigned: Int32Array,
    options: Int32Array,
    optionsSigned: Int32Array,
  ): Contamination | null;
}

export function indexKnown(known: readonly Known[], thresholds: ContaminationThresholds): KnownIndex {
  const situations = new Side(thresholds.contamination);
  const options = thresholds.contaminationOptions === undefined ? undefined : new Side(thresholds.contaminationOptions);
  for (const one of known) {
    for (const text of new Set(one.situations)) situations.add(one, shinglesOf([hashWords(text)]));
    options?.add(one, shinglesOf(one.options.map(hashWords)));
  }
  return {
    contamination(situation, situationSigned, choices, choicesSigned) {
      const a = situations.nearest(situation, situationSigned);
      const b = options?.nearest(choices, choicesSigned) ?? null;
      const nearest = !a || (b && b.score > a.score) ? b : a;
      return (
        nearest && {
          reason: "contamination",
          twin: nearest.known.name,
          twinFrom: nearest.known.from,
          score: nearest.score,
        }
      );
    },
  };
}

/** One side of known texts: all situations, or all options. */
class Side {
  private readonly entries: { known: Known; set: Int32Array }[] = [];
  private readonly keys: number[] = [];
  private readonly banding: Banding;
  private table: LshTable | undefined;

  constructor(private readonly threshold: number) {
    this.banding = bandingFor(threshold);
  }

  add(known: Known, shingles: Int32Array): void {
    if (shingles.length === 0) return;
    this.entries.push({ known, set: toSet(shingles) });
    this.keys.push(...bandKeys(signature(shingles), this.banding));
  }

  nearest(shingles: Int32Array, signed: Int32Array): { known: Known; score: number } | null {
    if (this.entries.length === 0 || shingles.length === 0) return null;
    this.table ??= this.build();
    let best: { known: Known; score: number } | null = null;
    let set: Int32Array | undefined;
    this.table.visit(bandKeys(signed, this.banding), 0, (entry) => {
      const { known, set: other } = this.entries[entry]!;
      set ??= toSet(shingles);
      const score = jaccard(set, other);
      if (score >= this.threshold && (!best || score > best.score)) best = { known, score };
    });
    return best;
  }

  private build(): LshTable {
    const table = new LshTable(Int32Array.from(this.keys), this.banding.bands);
    this.entries.forEach((_, entry) => {
      table.add(entry);
    });
    return table;
  }
}
