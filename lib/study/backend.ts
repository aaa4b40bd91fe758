import { defaultExtra, type Endpoint, hostOf } from "../ask/index";
import type { JobModel } from "../runtime/index";
import { hashInId } from "../store/index";
import type { Context } from "./context";
import { modelIdentity } from "./model-identity";
import type { Step } from "./step";

/** An endpoint that is ready to answer. */
export interface OpenEndpoint extends Endpoint {
  /** Called after the last request. */
  close?(): Promise<void>;
}

/** Who answers requests: a job on the runtime, or an endpoint that speaks OpenAI's protocol. */
export type Backend =
  | {
      kind: "job";
      /** The model's name in requests. */
      name: string;
      model: JobModel;
      /** Requests per batch. */
      batch: number;
      /** The training step whose adapter is used. */
      adapter?: Step;
    }
  | {
      kind: "endpoint";
      /** The model's name at the endpoint. */
      name: string;
      /**
       * Distinguishes models of the same name at different endpoints: "api.openai.com", "localhost",
       * "pocket-teacher/1".
       */
      host: string;
      /** Fields that the endpoint adds to each request. */
      extra?: Endpoint["extra"];
      /** "batch": through OpenAI's Batch API. */
      mode: "live" | "batch";
      open(): Promise<OpenEndpoint>;
    };

/** Version of `remote/predict.py`: change it when equal requests get other replies than before. */
const ENGINE = "transformers/1";

/** Everything about a backend that determines its replies. */
export function backendSpec(root: string, backend: Backend): object {
  if (backend.kind === "endpoint") {
    const { host, name, extra } = backend;
    return { endpoint: host, model: name, ...(extra && { extra }) };
  }
  const { model, batch, adapter } = backend;
  return {
    engine: ENGINE,
    model: modelIdentity(root, model),
    dtype: model.dtype,
    batch,
    ...(adapter && { adapter: hashInId(adapter.run.id) }),
  };
}

/** A model behind an endpoint; by default with the fields that make its decoding greedy. */
export const endpointBackend = (
  name: string,
  baseURL: string,
  open: () => Promise<OpenEndpoint>,
  { extra = defaultExtra(baseURL), mode = "live" }: { extra?: Endpoint["extra"]; mode?: "live" | "batch" } = {},
): Backend => ({ kind: "endpoint", name, host: hostOf(baseURL), extra, mode, open });

/** The backend of a model of the profile: a job. */
export function jobBackend({ profile }: Context, model: string, adapter?: Step): Backend {
  return {
    kind: "job",
    name: model,
    model: jobModel(profile, model),
    batch: profile.decoding.batch,
    ...(adapter && { adapter }),
  };
}

/** A model of the profile, as jobs load it. */
export const jobModel = ({ models, runtime }: Context["profile"], model: string): JobModel => {
  const { path, revision } = models[model]!;
  return { path, dtype: runtime.dtype, ...(revision && { revision }) };
};
