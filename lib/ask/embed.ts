import OpenAI from "openai";
import PQueue from "p-queue";
import { WovError } from "../errors";
import type { Outcome, Run } from "../store/index";
import type { Endpoint } from "./endpoint";
import { toFailure } from "./failure";

/** A text and its id. */
export interface Text {
  id: string;
  text: string;
}

/** Asking an endpoint for embeddings. */
export interface Embedding {
  run: Run;
  endpoint: Endpoint;
  model: string;
  texts: readonly Text[];
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** Texts a request. */
const PORTION = 128;

/**
 * Has texts embedded that have no vector in the run yet, and keeps each vector as it comes.
 *
 * @throws WovError where the endpoint gives none
 */
export async function embedAll({ run, endpoint, model, texts, onProgress, signal }: Embedding): Promise<Outcome> {
  run.begin();
  const client = new OpenAI({ baseURL: endpoint.baseURL, apiKey: endpoint.apiKey, maxRetries: 6 });
  const have = new Set(run.records<{ id: string }>().map(({ id }) => id));
  const missing = texts.filter(({ id }) => !have.has(id));
  const queue = new PQueue({ concurrency: endpoint.concurrency });
  const portions = Array.from({ length: Math.ceil(missing.length / PORTION) }, (_, i) =>
    missing.slice(i * PORTION, (i + 1) * PORTION),
  );
  let done = texts.length - missing.length;
  const embed = async (portion: readonly Text[]) => {
    const input = portion.map(({ text }) => text);
    const { data } = await client.embeddings.create({ model, input, encoding_format: "float" }, { signal });
    if (data?.length !== portion.length)
      throw new WovError(`the endpoint gave ${data?.length ?? 0} embeddings for ${portion.length} texts`);
    run.append(portion.map(({ id }, i) => ({ id, vector: toBase64(data[i]!.embedding) })));
    done += portion.length;
    onProgress?.(done, texts.length);
  };
  try {
    await Promise.all(portions.map((portion) => queue.add(() => embed(portion))));
  } catch (error) {
    queue.clear();
    if (error instanceof WovError) throw error;
    throw new WovError(`no embeddings: ${toFailure(error, endpoint).message}`);
  }
  return { counts: { vectors: texts.length } };
}

/** Vectors by id. */
export const vectorsOf = (run: Run): Map<string, Float32Array> =>
  new Map(run.records<{ id: string; vector: string }>().map(({ id, vector }) => [id, fromBase64(vector)]));

const toBase64 = (vector: readonly number[]) => Buffer.from(Float32Array.from(vector).buffer).toString("base64");

function fromBase64(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  return new Float32Array(bytes.buffer);
}
