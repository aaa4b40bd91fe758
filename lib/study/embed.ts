import { embedAll, type Text, vectorsOf } from "../ask/index";
import { type Known, type Paraphrase, type Screenable, sieveEmbedded } from "../screen/index";
import { lockStudy, openRun, sha256 } from "../store/index";
import type { Sending } from "./benchmark-run";

/** What the second sieve is asked. */
export interface Paraphrasing {
  samples: readonly Screenable[];
  known: readonly Known[];
  model: string;
  /** Cosine from which two texts say the same. */
  threshold: number;
}

/** All texts that the second sieve has embedded: samples' situations, and what known texts tell. */
export const embeddedTexts = ({ samples, known }: Paraphrasing): Text[] => [
  ...samples.map(({ id, situation }) => ({ id: `sample ${id}`, text: situation })),
  ...known.flatMap(({ name, from, situations }) =>
    situations.filter(Boolean).map((text, i) => ({ id: `known ${from} ${name} ${i}`, text })),
  ),
];

/** Finds samples that say in other words what another sample or a known text says (paraphrases). */
export async function findParaphrases(root: string, asked: Paraphrasing, sending: Sending): Promise<Paraphrase[]> {
  const { samples, known, model, threshold } = asked;
  const texts = embeddedTexts(asked);
  const spec = { model, texts: sha256(JSON.stringify(texts)) };
  const run = openRun(root, { step: "embed", name: model.replace(/[^\w.-]+/g, "-"), spec, parents: [] });
  if (!run.complete()) {
    const release = lockStudy(root);
    try {
      run.finish(await embedAll({ run, model, texts, ...sending }));
    } finally {
      release();
    }
  }
  const vectors = vectorsOf(run);
  return sieveEmbedded(
    samples.map(({ id }) => ({ id, vector: vectors.get(`sample ${id}`)! })),
    known.flatMap(({ name, from, situations }) =>
      situations.filter(Boolean).map((_, i) => ({ name, from, vector: vectors.get(`known ${from} ${name} ${i}`)! })),
    ),
    threshold,
  );
}
