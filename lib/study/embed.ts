import { embedAll, type Text, vectorsOf } from "../ask/index";
import { type Known, type Paraphrase, type Screenable, screenEmbedded } from "../screen/index";
import { completeRun, openRun, sha256, toRunName } from "../store/index";
import type { Connection } from "./connection";

/** Samples and known texts that are compared by their embeddings. */
export interface Paraphrasing {
  samples: readonly Screenable[];
  known: readonly Known[];
  model: string;
  /** Two texts whose cosine is at least this say the same. */
  threshold: number;
}

/** The situations of known texts, each a text of its own. */
const knownSituations = ({ known }: Paraphrasing) =>
  known.flatMap(({ name, from, situations }) =>
    situations.filter(Boolean).map((text, i) => ({ id: `known ${from} ${name} ${i}`, name, from, text })),
  );

const sampleId = (id: string) => `sample ${id}`;

/** All texts that are embedded: the situations of samples and of known texts. */
export const embeddedTexts = (asked: Paraphrasing): Text[] => [
  ...asked.samples.map(({ id, situation }) => ({ id: sampleId(id), text: situation })),
  ...knownSituations(asked).map(({ id, text }) => ({ id, text })),
];

/** Finds paraphrases: samples that say in other words what another sample or a known text says. */
export async function findParaphrases(
  root: string,
  asked: Paraphrasing,
  connection: Connection,
): Promise<Paraphrase[]> {
  const { samples, model, threshold } = asked;
  const texts = embeddedTexts(asked);
  const spec = { model, texts: sha256(JSON.stringify(texts)) };
  const run = openRun(root, { step: "embed", name: toRunName(model), spec, parents: [] });
  await completeRun(root, run, () => embedAll({ root, run, model, texts, ...connection }));
  const vectors = vectorsOf(root, run);
  return screenEmbedded(
    samples.map(({ id }) => ({ id, vector: vectors.get(sampleId(id))! })),
    knownSituations(asked).map(({ id, name, from }) => ({ name, from, vector: vectors.get(id)! })),
    threshold,
  );
}
