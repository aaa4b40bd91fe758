import { join } from "node:path";
import { WovError } from "../errors";
import type { Outcome, Run } from "../store/index";
import type { Budget } from "./budget";
import { callJson, unexpected } from "./client";
import type { Endpoint } from "./endpoint";
import { toFailure } from "./failure";
import { createSender } from "./send";
import { tokensOfText } from "./tokens";
import { openVectors, readVectors } from "./vectors";

/** A text and its id. */
export interface Text {
  id: string;
  text: string;
}

/** Texts that an endpoint turns into vectors. */
export interface Embedding {
  root: string;
  run: Run;
  endpoint: Endpoint;
  model: string;
  texts: readonly Text[];
  budget?: Budget;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** A record: the texts of one request, in the order of their vectors in `vectors.f32`. */
interface EmbeddedTexts {
  ids: string[];
  dimensions: number;
  promptTokens: number;
}

/** The part of an endpoint's answer that is read. */
interface EmbeddingReply {
  data?: { embedding: number[] }[];
  usage?: { prompt_tokens?: number };
}

const TEXTS_PER_REQUEST = 128;

/**
 * Embeds the texts that have no vector in the run yet. Each request's vectors are written before its record, so that
 * whatever the records do not name is cut off when the run goes on.
 *
 * @throws WovError where the endpoint gives none, or the budget would be passed
 */
export async function embedAll({ root, run, endpoint, model, texts, budget, ...asking }: Embedding): Promise<Outcome> {
  run.begin();
  const before = run.records<EmbeddedTexts>();
  const account = budget?.account(run.id);
  account?.restore(before.map(({ promptTokens }) => ({ prompt: promptTokens, completion: 0 })));
  const vectors = openVectors(
    join(root, run.path("vectors.f32")),
    before.reduce((sum, one) => sum + sizeOf(one), 0),
  );
  const have = new Set(before.flatMap(({ ids }) => ids));
  const missing = texts.filter(({ id }) => !have.has(id));
  let done = texts.length - missing.length;
  const { closing, send, each } = createSender(endpoint, asking.signal);
  const embed = async (portion: readonly Text[]) => {
    const input = portion.map(({ text }) => text);
    const estimate = { prompt: input.reduce((sum, text) => sum + tokensOfText(text, "most"), 0), completion: 0 };
    const reserved = await account?.reserve(estimate, closing);
    try {
      const body = JSON.stringify({ model, input, encoding_format: "float" });
      const call = { method: "POST", path: "embeddings", body } as const;
      const { data, usage } = await send(() => callJson<EmbeddingReply>(endpoint, call, asking.signal));
      const promptTokens = usage?.prompt_tokens ?? estimate.prompt;
      reserved?.settle({ prompt: promptTokens, completion: 0 });
      const dimensions = data?.[0]?.embedding?.length ?? 0;
      if (data?.length !== portion.length || data.some(({ embedding }) => embedding?.length !== dimensions))
        throw unexpected(`${portion.length} vectors of one length`, "others", JSON.stringify(data ?? null));
      vectors.append(data.map(({ embedding }) => embedding));
      run.append([{ ids: portion.map(({ id }) => id), dimensions, promptTokens }]);
    } finally {
      reserved?.settle();
    }
    done += portion.length;
    asking.onProgress?.(done, texts.length);
  };
  try {
    await each(inPortions(missing), embed);
  } catch (error) {
    if (error instanceof WovError || asking.signal?.aborted) throw error;
    throw new WovError(`no embeddings: ${toFailure(error, endpoint).message}`, 1, { cause: error });
  }
  const prompt = run.records<EmbeddedTexts>().reduce((sum, one) => sum + one.promptTokens, 0);
  return { counts: { vectors: texts.length }, tokens: { prompt, completion: 0 }, costUsd: account?.spentUsd ?? 0 };
}

/** Vectors by the ids of their texts. */
export function vectorsOf(root: string, run: Run): Map<string, Float32Array> {
  const records = run.records<EmbeddedTexts>();
  const vectors = readVectors(join(root, run.path("vectors.f32")), records.map(sizeOf));
  const pairs = records.flatMap(({ ids, dimensions }, i) =>
    ids.map((id, at) => [id, vectors[i]!.subarray(at * dimensions, (at + 1) * dimensions)] as const),
  );
  return new Map(pairs);
}

const sizeOf = ({ ids, dimensions }: EmbeddedTexts) => ids.length * dimensions;

const inPortions = (texts: readonly Text[]): Text[][] =>
  Array.from({ length: Math.ceil(texts.length / TEXTS_PER_REQUEST) }, (_, i) =>
    texts.slice(i * TEXTS_PER_REQUEST, (i + 1) * TEXTS_PER_REQUEST),
  );
