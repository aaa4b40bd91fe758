import { createClient, keyOf, toFailure } from "../ask/index";
import { WovError } from "../errors";
import { hubToken, hubUrl } from "../hub";
import { type Dataset, readDataset } from "../synthesis/index";
import type { Context } from "./context";
import { datasetsInUse, type EndpointInUse, endpointsInUse, type HubModel, hubModels } from "./in-use";
import { endpointSteps } from "./spent";
import type { Step } from "./step";

/**
 * Checks what steps need of others before the first of them starts, and so before anything is paid: that each endpoint
 * can be reached, takes the key and has the models, that prices are known, that the Hub gives the models, and that
 * datasets can be read.
 *
 * @throws WovError with a sentence for each fault: what, where, what to do
 */
export async function checkAccess(context: Context, steps: readonly Step[]): Promise<void> {
  const found = await Promise.all([
    ...endpointsInUse(context, steps).map((endpoint) => endpointFault(context, endpoint)),
    ...hubModels(context, steps).map((model) => hubFault(context, model)),
    ...datasetsInUse(steps).map((dataset) => datasetFault(context, dataset)),
  ]);
  const faults = [...new Set([...found.filter((fault) => fault !== undefined), ...priceFaults(steps)])];
  if (faults.length > 0)
    throw new WovError(`nothing was started:\n${faults.map((fault) => `  ${fault}`).join("\n")}`, 2);
}

const TIMEOUT_MS = 20_000;

async function endpointFault({ root }: Context, { id, url, key, models }: EndpointInUse): Promise<string | undefined> {
  let listed: string[];
  try {
    const endpoint = { baseURL: url, apiKey: keyOf(root, url, key), concurrency: 1, timeoutMs: TIMEOUT_MS };
    try {
      const page = await createClient({ endpoint }).models.list();
      listed = (page.data ?? []).map((model) => model.id);
    } catch (error) {
      const failure = toFailure(error, endpoint);
      const { status, message } = failure;
      if (status === 401 || status === 403) return `${url}: ${message}; check the key in ${key}`;
      if (status !== null) return undefined; // it is there; some servers list no models
      return `${message}; check 'endpoints.${id}.url' in the profile, and that the server runs`;
    }
  } catch (error) {
    return (error as Error).message;
  }
  const missing = models.filter((name) => listed.length > 0 && !listed.includes(name));
  if (missing.length === 0) return undefined;
  const some = listed.slice(0, MAX_LISTED).join(", ");
  return `${url} has no model ${missing.map((name) => `'${name}'`).join(", ")}; it has ${some}${listed.length > MAX_LISTED ? ", …" : ""}: correct the name in the profile`;
}

const MAX_LISTED = 8;

/** Reads a dataset, which is then here; it is read once more when its turn comes. */
async function datasetFault({ root }: Context, dataset: Dataset): Promise<string | undefined> {
  try {
    await readDataset(root, dataset, "checked");
    return undefined;
  } catch (error) {
    if (error instanceof WovError) return error.message;
    throw error;
  }
}

const priceFaults = (steps: readonly Step[]): string[] =>
  endpointSteps(steps).flatMap(({ backend }) => {
    try {
      backend.price();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });

/** Whether the Hub gives a model, as far as it can be reached. */
async function hubFault({ root }: Context, { path, revision = "main" }: HubModel): Promise<string | undefined> {
  const token = hubToken(root);
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  let status: number;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const url = `${hubUrl()}/${path}/resolve/${encodeURIComponent(revision)}/config.json`;
    status = (await fetch(url, { method: "HEAD", headers, signal, redirect: "manual" })).status;
  } catch {
    return undefined; // offline: the job says so if the model is not in the cache
  }
  if (status === 401 || status === 403)
    return `${path}: the Hub gives this model only to those who have accepted its licence: accept it at https://huggingface.co/${path}, and set HF_TOKEN ${token ? "to a token of that account" : "in the environment or in a file .env"}`;
  if (status === 404)
    return `${path}: the Hub has no such model, or no revision '${revision}': correct 'path' or 'revision' in the profile`;
  return undefined;
}
