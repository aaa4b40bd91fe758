import type OpenAI from "openai";
import { WovError } from "../errors";
import { createClient } from "./client";
import type { Connection, Endpoint } from "./endpoint";
import { toFailure } from "./failure";

/** A LoRA adapter behind an endpoint such as vLLM, which serves it under a name of its own beside its base model. */
export interface ServedAdapter {
  /** The name under which the adapter is asked. */
  name: string;
  /** The name of its base model at the endpoint. */
  base: string;
  /** The adapter's folder, absolute. */
  folder: string;
}

/**
 * Sees to it that an endpoint serves an adapter: it may do so already, or load it when it is told to (vLLM with
 * VLLM_ALLOW_RUNTIME_LORA_UPDATING=True, on a machine that sees the folder). An engine can accept an adapter and
 * ignore it, so the adapter must change what the model gives for a prompt.
 *
 * @throws WovError that says how to start the server, or that the adapter changes nothing
 */
export async function serveAdapter(connection: Connection, adapter: ServedAdapter): Promise<void> {
  const { endpoint } = connection;
  const { baseURL } = endpoint;
  const client = createClient(connection);
  try {
    if (!(await isServed(client, adapter.name))) await load(client, adapter, endpoint);
    const [plain, adapted] = [await probe(client, adapter.base, endpoint), await probe(client, adapter.name, endpoint)];
    if (plain !== undefined && plain === adapted)
      throw new WovError(
        `${baseURL} serves the adapter ${adapter.name}, but its answers are those of ${adapter.base}: the engine ` +
          "ignores the adapter. Merge it into the model, or have jobs answer (leave out 'endpoint' of this model)",
      );
  } catch (error) {
    if (error instanceof WovError) throw error;
    throw new WovError(`${baseURL}: ${toFailure(error, endpoint).message}`);
  }
}

async function isServed(client: OpenAI, name: string): Promise<boolean> {
  for await (const { id } of client.models.list()) if (id === name) return true;
  return false;
}

async function load(client: OpenAI, { name, folder }: ServedAdapter, endpoint: Endpoint): Promise<void> {
  try {
    await client.post("/load_lora_adapter", { body: { lora_name: name, lora_path: folder } });
  } catch (error) {
    const failure = toFailure(error, endpoint);
    throw new WovError(
      `${endpoint.baseURL} does not serve the adapter ${name}, and does not load it (${failure.message}). Start it ` +
        `with --enable-lora --lora-modules ${name}=${folder}, or with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True`,
      1,
      { cause: failure },
    );
  }
}

/** What a model gives for a short prompt, to the last digit; undefined where the endpoint gives no probabilities. */
async function probe(client: OpenAI, model: string, endpoint: Endpoint): Promise<string | undefined> {
  const asked = client.chat.completions.create({
    model,
    messages: [{ role: "user", content: "Just output the choice:\nA. Help.\nB. Walk on." }],
    max_tokens: 1,
    temperature: 0,
    logprobs: true,
  });
  try {
    const found = (await asked).choices[0]?.logprobs?.content;
    return found ? JSON.stringify(found) : undefined;
  } catch (error) {
    const failure = toFailure(error, endpoint);
    if (failure.refused) return undefined; // some servers refuse the field
    throw failure;
  }
}
