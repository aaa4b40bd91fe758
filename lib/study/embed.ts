import { type Connection, embedAll, type Text, vectorsOf } from "../ask/index";
import { type KnownText, type Paraphrase, type Screenable, screenEmbedded } from "../screen/index";
import { completeRun, openRun, sha256, toRunName } from "../store/index";

/** Samples and known texts to be compared by their embeddings. */
export interface ParaphraseSearch {
  samples: readonly Screenable[];
  known: readonly KnownText[];
  model: string;
  /** Two texts with at least this cosine similarity are paraphrases. */
  threshold: number;
}

/** The situations of known texts, each a text of its own. */
const knownSituations = ({ known }: ParaphraseSearch) =>
  known.flatMap(({ name, from, situations }) =>
    situations.filter(Boolean).map((text, i) => ({ id: `known ${from} ${name} ${i}`, name, from, text })),
  );

const sampleId = (id: string) => `sample ${id}`;

/** All texts that are embedded: the situations of samples and of known texts. */
export const embeddedTexts = (search: ParaphraseSearch): Text[] => [
  ...search.samples.map(({ id, situation }) => ({ id: sampleId(id), text: situation })),
  ...knownSituations(search).map(({ id, text }) => ({ id, text })),
];

/** Finds paraphrases: samples that say what another sample or a known text says, in other words. */
export async function findParaphrases(
  root: string,
  search: ParaphraseSearch,
  connection: Connection,
): Promise<Paraphrase[]> {
  const { samples, model, threshold } = search;
  const texts = embeddedTexts(search);
  const spec = { model, texts: sha256(JSON.stringify(texts)) };
  const run = openRun(root, { step: "embed", name: toRunName(model), spec, parents: [] });
  await completeRun(root, run, () => embedAll({ root, run, model, texts, ...connection }));
  const vectors = vectorsOf(root, run);
  return screenEmbedded(
    samples.map(({ id }) => ({ id, vector: vectors.get(sampleId(id))! })),
    knownSituations(search).map(({ id, name, from }) => ({ name, from, vector: vectors.get(id)! })),
    threshold,
  );
}
