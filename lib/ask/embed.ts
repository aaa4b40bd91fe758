import { join } from "node:path";
import { WovError } from "../errors";
import type { Outcome, Run } from "../store/index";
import { createClient } from "./client";
import type { Connection } from "./endpoint";
import { toFailure, unexpected } from "./failure";
import { FREE } from "./price";
import { createSender } from "./send";
import { tokensOfText } from "./tokens";
import { appendVectors, checkVectors, readVectors } from "./vectors";

/** A text and its id. */
export interface Text {
  id: string;
  text: string;
}

/** Texts that an endpoint turns into vectors. */
export interface EmbedOptions extends Connection {
  root: string;
  run: Run;
  model: string;
  texts: readonly Text[];
}

/** A record: the texts of one request, in the order of their vectors in `vectors.f32`. */
interface EmbeddedTexts {
  ids: string[];
  dimensions: number;
  promptTokens: number;
}

const TEXTS_PER_REQUEST = 128;

/**
 * Embeds the texts that have no vector in the run yet. Each request's vectors are written before its record, so that
 * whatever the records do not name is cut off when the run goes on.
 *
 * @throws WovError where the endpoint gives none, or the budget would be passed
 */
export async function embedAll(options: EmbedOptions): Promise<Outcome> {
  const { root, run, endpoint, model, texts, budget, signal, onProgress } = options;
  run.begin();
  const file = join(root, run.path("vectors.f32"));
  const before = run.records<EmbeddedTexts>();
  const account = budget?.account(run.id, endpoint.price ?? FREE);
  account?.restore(before.map(({ promptTokens }) => ({ prompt: promptTokens, completion: 0 })));
  let floats = checkVectors(file, before.flatMap(dimensionsOf));
  const have = new Set(before.flatMap(({ ids }) => ids));
  const missing = texts.filter(({ id }) => !have.has(id));
  let done = texts.length - missing.length;
  const client = createClient(options);
  const { closing, send, each } = createSender(options);
  const embed = async (portion: readonly Text[]) => {
    const input = portion.map(({ text }) => text);
    const estimate = { prompt: input.reduce((sum, text) => sum + tokensOfText(text, "most"), 0), completion: 0 };
    const reserved = await account?.reserve(estimate, closing);
    try {
      const reply = await send(() => client.embeddings.create({ model, input, encoding_format: "float" }));
      const promptTokens = reply?.usage?.prompt_tokens ?? estimate.prompt;
      reserved?.settle({ prompt: promptTokens, completion: 0 });
      const vectors = Array.isArray(reply?.data) ? reply.data.map(({ embedding }) => embedding) : [];
      const dimensions = vectors[0]?.length ?? 0;
      if (vectors.length !== portion.length || vectors.some((vector) => vector?.length !== dimensions))
        throw unexpected(`${portion.length} vectors of one length`, "others", reply);
      appendVectors(file, floats, vectors);
      run.append([{ ids: portion.map(({ id }) => id), dimensions, promptTokens }]);
      floats += vectors.length * dimensions; // not before: what has no record is cut off by what comes next
    } finally {
      reserved?.settle();
    }
    done += portion.length;
    onProgress?.(done, texts.length);
  };
  try {
    await each(inPortions(missing), embed);
  } catch (error) {
    if (error instanceof WovError || signal?.aborted) throw error;
    throw new WovError(`no embeddings: ${toFailure(error, endpoint).message}`);
  }
  const prompt = run.records<EmbeddedTexts>().reduce((sum, one) => sum + one.promptTokens, 0);
  return { counts: { vectors: texts.length }, tokens: { prompt, completion: 0 }, costUsd: account?.spentUsd ?? 0 };
}

/** Vectors by the ids of their texts. */
export function vectorsOf(root: string, run: Run): Map<string, Float32Array> {
  const records = run.records<EmbeddedTexts>();
  const vectors = readVectors(join(root, run.path("vectors.f32")), records.flatMap(dimensionsOf));
  return new Map(records.flatMap(({ ids }) => ids).map((id, i) => [id, vectors[i]!]));
}

/** Of each vector of a record. */
const dimensionsOf = ({ ids, dimensions }: EmbeddedTexts): number[] => ids.map(() => dimensions);

const inPortions = (texts: readonly Text[]): Text[][] =>
  Array.from({ length: Math.ceil(texts.length / TEXTS_PER_REQUEST) }, (_, i) =>
    texts.slice(i * TEXTS_PER_REQUEST, (i + 1) * TEXTS_PER_REQUEST),
  );
