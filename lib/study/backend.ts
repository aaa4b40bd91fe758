import { join } from "node:path";
import {
  batchPrice,
  defaultExtra,
  type Endpoint,
  FREE,
  hostOf,
  keyOf,
  type Price,
  priceAt,
  serveAdapter,
} from "../ask/index";
import { type JobModel, type LikelihoodOf, TEMPLATE_DATE } from "../runtime/index";
import { hashInId, nameInId } from "../store/index";
import type { Context } from "./context";
import { modelIdentity } from "./model-identity";
import type { Step } from "./step";

/** An endpoint that is ready to answer. */
export interface OpenEndpoint extends Endpoint {
  /** Called after the last request. */
  close?(): Promise<void>;
}

/** A job on the runtime, which loads a model. */
export interface JobBackend {
  kind: "job";
  /** The model's id in the profile, and its name in requests. */
  name: string;
  model: JobModel;
  /** Requests per batch, and the most tokens of one, if that is limited. */
  batch: number;
  batchTokens?: number;
  /** Log-probabilities that decisions have beside them. */
  likelihood?: LikelihoodOf;
  /** The training step whose adapter is used. */
  adapter?: Step;
}

/** A model behind an endpoint that speaks OpenAI's protocol. */
export interface EndpointBackend {
  kind: "endpoint";
  /** The endpoint's id in the profile, if it has one there. */
  id?: string;
  /** The model's id in the profile or, outside of one, its name at the endpoint. */
  name: string;
  /** The model's name at the endpoint. */
  modelName: string;
  /** Distinguishes models of the same name at different endpoints: "api.openai.com", "localhost", "pocket-teacher/1". */
  host: string;
  /** Its address; absent for a server that is started when it is asked. */
  baseURL?: string;
  /** Fields that the endpoint adds to each request. */
  extra?: Endpoint["extra"];
  /** "batch": through OpenAI's Batch API. */
  mode: "live" | "batch";
  /** The training step whose adapter the endpoint serves, under the name of the step's run. */
  adapter?: Step;
  /** Price of a live reply. @throws WovError if it is not known */
  price(): Price;
  /** @throws WovError if the key is not set, or the adapter is not served */
  open(): Promise<OpenEndpoint>;
}

/** Who answers requests. */
export type Backend = JobBackend | EndpointBackend;

/** Version of `remote/predict.py`: change it when equal requests get other replies than before. */
const ENGINE = "transformers/1";

/** Everything about a backend that determines its replies. */
export function backendSpec(root: string, backend: Backend): object {
  const adapter = backend.adapter && { adapter: hashInId(backend.adapter.run.id) };
  if (backend.kind === "endpoint") {
    const { host, modelName: model, extra } = backend;
    return { endpoint: host, model, ...(extra && { extra }), ...adapter };
  }
  const { model, batch, batchTokens } = backend;
  return {
    engine: ENGINE,
    model: modelIdentity(root, model),
    dtype: model.dtype,
    date: TEMPLATE_DATE,
    batch,
    ...(batchTokens && { batchTokens }),
    ...adapter,
  };
}

/** The model's name in the body of requests: an adapter behind an endpoint has a name of its own. */
export const requestedModel = (backend: Backend): string =>
  backend.kind === "job" ? backend.name : backend.adapter ? adapterName(backend.adapter) : backend.modelName;

const adapterName = ({ run }: Step): string => `${nameInId(run.id)}-${hashInId(run.id)}`;

/** What a reply costs, in the backend's mode. */
export const priceIn = (backend: EndpointBackend): Price =>
  backend.mode === "batch" ? batchPrice(backend.price()) : backend.price();

/** A model behind an endpoint; by default with the fields that make its decoding greedy. */
export const endpointBackend = (
  name: string,
  baseURL: string,
  open: () => Promise<OpenEndpoint>,
  more: Partial<Pick<EndpointBackend, "extra" | "mode" | "adapter" | "price">> = {},
): EndpointBackend => {
  const { extra = defaultExtra(baseURL), mode = "live", adapter, price = () => FREE } = more;
  return {
    kind: "endpoint",
    name,
    modelName: name,
    host: hostOf(baseURL),
    baseURL,
    extra,
    mode,
    price,
    open,
    ...(adapter && { adapter }),
  };
};

/** The backend of a model of the profile, with or without an adapter: its endpoint, or a job. */
export function modelBackend(context: Context, id: string, adapter?: Step): Backend {
  const { profile } = context;
  const { endpoint, name, mode } = profile.models[id]!;
  if (endpoint !== undefined) return { ...profileEndpoint(context, endpoint, name!, { mode, adapter }), name: id };
  const model = jobModel(profile, id);
  const { batch, batch_tokens: batchTokens, likelihood } = profile.decoding;
  return {
    kind: "job",
    name: id,
    model,
    batch,
    ...(batchTokens && { batchTokens }),
    ...(likelihood !== "off" && { likelihood }),
    ...(adapter && { adapter }),
  };
}

/** A model behind an endpoint of the profile. */
export function profileEndpoint(
  { root, profile }: Context,
  endpoint: string,
  model: string,
  { mode, adapter }: Pick<EndpointBackend, "mode" | "adapter">,
): EndpointBackend {
  const { url: baseURL, key, concurrency, price: given, extra = defaultExtra(baseURL) } = profile.endpoints[endpoint]!;
  const price = () => priceAt(root, baseURL, model, given);
  const open = async (): Promise<OpenEndpoint> => {
    const opened = { baseURL, apiKey: keyOf(root, baseURL, key), concurrency };
    if (adapter) {
      const folder = join(root, adapter.run.path("adapter"));
      await serveAdapter({ endpoint: opened }, { name: adapterName(adapter), base: model, folder });
    }
    return opened;
  };
  return { ...endpointBackend(model, baseURL, open, { extra, mode, price, adapter }), id: endpoint };
}

/** A model of the profile, as jobs load it. */
export const jobModel = ({ models, runtime }: Context["profile"], model: string): JobModel => {
  const { path, revision } = models[model]!;
  return { path: path!, dtype: runtime.dtype, ...(revision && { revision }) };
};
