/** A text's vector. */
export interface TextVector {
  id: string;
  vector: Float32Array;
}

/** The vector of a known text. */
export interface KnownVector {
  name: string;
  from: string;
  vector: Float32Array;
}

/** A sample that paraphrases another text. */
export interface Paraphrase {
  id: string;
  reason: "paraphrase" | "paraphrased contamination";
  twin: string;
  twinFrom: string;
  /** Cosine of the two vectors. */
  score: number;
}

/**
 * Finds samples whose vectors are close to that of a known text or another sample. Samples are taken in the order of
 * their ids, and each is compared with all that are kept; for 31,000 samples that takes minutes, not seconds.
 */
export function screenEmbedded(
  samples: readonly TextVector[],
  known: readonly KnownVector[],
  threshold: number,
): Paraphrase[] {
  const texts = known.map(({ vector, ...rest }) => ({ ...rest, vector: unit(vector) }));
  const kept: TextVector[] = [];
  const rejected: Paraphrase[] = [];
  for (const { id, vector } of [...samples].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const mine = unit(vector);
    const contamination = nearest(mine, texts);
    const twin = contamination.score >= threshold ? undefined : nearest(mine, kept);
    if (contamination.at && contamination.score >= threshold)
      rejected.push({
        id,
        reason: "paraphrased contamination",
        twin: contamination.at.name,
        twinFrom: contamination.at.from,
        score: contamination.score,
      });
    else if (twin?.at && twin.score >= threshold)
      rejected.push({ id, reason: "paraphrase", twin: twin.at.id, twinFrom: "samples", score: twin.score });
    else kept.push({ id, vector: mine });
  }
  return rejected;
}

function nearest<T extends { vector: Float32Array }>(
  vector: Float32Array,
  among: readonly T[],
): { at?: T; score: number } {
  let best: { at?: T; score: number } = { score: -1 };
  for (const at of among) {
    const score = dot(vector, at.vector);
    if (score > best.score) best = { at, score };
  }
  return best;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}
