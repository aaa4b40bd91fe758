import { join } from "node:path";
import { WovError } from "../errors";
import type { Outcome, Run } from "../store/index";
import { createClient } from "./client";
import type { Connection } from "./endpoint";
import { isRecord } from "./error-body";
import { toFailure, toFailureInBody, unexpected } from "./failure";
import { FREE } from "./price";
import { usageOf } from "./reply";
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
      const reply: unknown = await send(async () => {
        const body: unknown = await client.embeddings.create({ model, input, encoding_format: "float" });
        if (isErrorBody(body)) throw toFailureInBody(body, endpoint);
        if (!isRecord(body)) throw unexpected("vectors", body);
        return body;
      });
      const promptTokens = usageOf({ response: { body: reply } }).prompt || estimate.prompt;
      reserved?.settle({ prompt: promptTokens, completion: 0 });
      const vectors = vectorsIn(reply);
      const dimensions = vectors[0]?.length ?? 0;
      if (vectors.length !== portion.length || vectors.some((vector) => vector.length !== dimensions))
        throw unexpected(`${portion.length} vectors of one length`, reply);
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

const isErrorBody = (body: unknown): boolean => isRecord(body) && Boolean(body.error) && !Array.isArray(body.data);

/** The vectors of a reply in the order of their texts, which `index` names; none where one of them is no vector. */
function vectorsIn(reply: unknown): number[][] {
  const data = isRecord(reply) && Array.isArray(reply.data) ? reply.data.filter(isRecord) : [];
  const isNumbered = data.every(({ index }) => Number.isInteger(index));
  const isComplete = new Set(data.map(({ index }) => index)).size === data.length;
  if (isNumbered && !isComplete) return [];
  const ordered = isNumbered ? [...data].sort((a, b) => Number(a.index) - Number(b.index)) : data;
  const vectors = ordered.map(({ embedding }) => embedding);
  const isVector = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length > 0 && value.every((number) => Number.isFinite(number));
  return vectors.every(isVector) ? vectors : [];
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
