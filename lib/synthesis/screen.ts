import type { Sample } from "./sample";

/** A text that no sample may come too near: a benchmark item's situation, or a seed's. */
export interface Known {
  name: string;
  situation: string;
}

/** A sample that was sieved out, with what it resembles. */
export interface Screened {
  id: string;
  reason: "duplicate" | "near duplicate" | "leak";
  /** Id of the other sample, or name of the known text. */
  twin: string;
  /** Jaccard similarity of the two, 0 to 1. */
  score: number;
}

/** From which Jaccard similarity of word shingles on a sample goes. */
export interface Thresholds {
  /** Of situation, question and options, among samples. */
  duplicate: number;
  /** Of the situation, with a known text. */
  leak: number;
}

/**
 * Sieves out what repeats another sample and what resembles a known text. Samples are taken in the order of
 * their ids, so the outcome does not depend on the order in which they come.
 */
export function screen(samples: readonly Sample[], known: readonly Known[], thresholds: Thresholds) {
  const texts = new Index(known.map((k) => ({ name: k.name, shingles: shingles(k.situation) })));
  const kept: Sample[] = [];
  const rejected: Screened[] = [];
  const seen = new Index([]);
  for (const sample of [...samples].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const leak = texts.nearest(shingles(sample.situation));
    const whole = shingles([sample.situation, ...sample.options.map((o) => o.text).sort()].join(" "));
    const twin = seen.nearest(whole);
    if (leak.score >= thresholds.leak)
      rejected.push({ id: sample.id, reason: "leak", twin: leak.name, score: leak.score });
    else if (twin.score >= thresholds.duplicate) {
      const reason = twin.score === 1 ? "duplicate" : "near duplicate";
      rejected.push({ id: sample.id, reason, twin: twin.name, score: twin.score });
    } else {
      kept.push(sample);
      seen.add({ name: sample.id, shingles: whole });
    }
  }
  return { kept, rejected };
}

/** Runs of three words, lower case, without marks. */
export function shingles(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length < 3) return new Set([words.join(" ")]);
  return new Set(words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`));
}

interface Entry {
  name: string;
  shingles: Set<string>;
}

/** Finds the most similar text through the shingles that texts share. */
class Index {
  private readonly entries: Entry[] = [];
  private readonly holders = new Map<string, number[]>();

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: Entry): void {
    const at = this.entries.push(entry) - 1;
    for (const shingle of entry.shingles) {
      const holders = this.holders.get(shingle);
      if (holders) holders.push(at);
      else this.holders.set(shingle, [at]);
    }
  }

  nearest(sought: Set<string>): { name: string; score: number } {
    const shared = new Uint16Array(this.entries.length);
    for (const shingle of sought) for (const at of this.holders.get(shingle) ?? []) shared[at]!++;
    let best = { name: "", score: 0 };
    shared.forEach((common, at) => {
      const entry = this.entries[at]!;
      const score = common / (sought.size + entry.shingles.size - common);
      if (score > best.score) best = { name: entry.name, score };
    });
    return best;
  }
}
