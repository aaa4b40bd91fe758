import { join } from "node:path";
import { askBatch, askRun, checkReplies, manifestCounts, type Request, tokensOf } from "../ask/index";
import { hashOf, type Outcome, openRun, type Run, toRunName } from "../store/index";
import { type Backend, backendSpec, type EndpointBackend, type JobBackend, priceIn } from "./backend";
import { type Inputs, storedInputs } from "./inputs";
import { copyKnownReplies } from "./known-replies";
import { writeLines } from "./sample-files";
import type { Group, InlineWork, JobWork, Step } from "./step";

/** How a step sends requests to a backend. */
export interface AskOptions {
  /** "qwen2-vl decides on pictures" */
  name: string;
  group: Group;
  /** Name of the run. */
  run: string;
  backend: Backend;
  /** Everything else that determines the requests, besides the steps in `needs`. */
  spec: object;
  needs: Step[];
  /** Makes the requests from the results of the steps in `needs`. */
  requests(inputs: Inputs): Request[];
  /** The options of each request, if it asks for a decision; a job may keep how likely they are. */
  options?(inputs: Inputs): RequestOptions[];
  /** A reply as long as most will be, for the plan; a letter by default. */
  typicalReply?: string;
  /** Where not all requests can be made beforehand: some of them, and how many are expected in all. */
  expected?(inputs: Inputs): { requests: Request[]; count: number; most?: number };
  /** For runs that grow: whether the replies so far call for more requests. */
  needsMore?(): boolean;
  isEnough?(): boolean;
}

/** A line of the file of options that `remote/likelihood.py` reads. */
export interface RequestOptions {
  custom_id: string;
  letters: string[];
  texts: string[];
}

/** A step that asks a model. */
export type AskStep = Step & { backend: Backend; requests(): Request[] };

/** A step that sends requests to a backend. Its run keeps them in `requests.jsonl`, and the replies as records. */
export function askStep(root: string, options: AskOptions): AskStep {
  const { name, group, backend, isEnough, expected, typicalReply = "A" } = options;
  const needs = backend.adapter ? [...options.needs, backend.adapter] : options.needs;
  const likelihood = likelihoodOf(options);
  const run = openRun(root, {
    step: "ask",
    name: options.run,
    spec: { backend: { ...backendSpec(root, backend), ...(likelihood && { likelihood }) }, ...options.spec },
    parents: needs.map((need) => need.run.id),
  });
  const requests = () => options.requests(storedInputs(root));
  const write = () => {
    const made = writeRequests(root, run, requests);
    if (likelihood) writeLines(join(root, run.path(OPTIONS_FILE)), options.options!(storedInputs(root)));
    return made;
  };
  return {
    name,
    group,
    run,
    needs,
    backend,
    uses: backend.kind === "job" ? "gpu" : "api",
    work:
      backend.kind === "job" ? jobWork(backend, run, options, write) : inlineWork(root, backend, run, options, write),
    requests,
    forecast: (inputs) => {
      const made = expected?.(inputs) ?? options.requests(inputs);
      const forecast = Array.isArray(made) ? { requests: made, count: made.length } : made;
      return { kind: "requests", backend, ...forecast, typicalReply };
    },
    ...(isEnough && { isEnough }),
  };
}

const OPTIONS_FILE = "options.jsonl";

/** The log-probabilities that the replies shall have. Endpoints give none. */
const likelihoodOf = ({ backend, options }: AskOptions) =>
  backend.kind === "job" && options ? backend.likelihood : undefined;

/** Writes the requests, and copies replies that the same backend has given to equal requests before. */
function writeRequests(root: string, run: Run, make: () => Request[]): readonly Request[] {
  run.reopen();
  checkReplies(run.records(), run.path("records.jsonl"));
  const requests = make();
  writeLines(join(root, run.path("requests.jsonl")), requests);
  copyKnownReplies(root, run, requests);
  return requests;
}

function jobWork(
  { model, batch, batchTokens, adapter }: JobBackend,
  run: Run,
  options: AskOptions,
  write: () => void,
): JobWork {
  const { name, needsMore } = options;
  const likelihood = likelihoodOf(options);
  return {
    kind: "job",
    model,
    prepare: write,
    task: () => ({
      kind: "predict",
      name,
      requests: run.path("requests.jsonl"),
      records: run.path("records.jsonl"),
      adapter: adapter ? adapter.run.path("adapter") : null,
      batch,
      ...(batchTokens && { tokens: batchTokens }),
      ...(likelihood && { likelihood, options: run.path(OPTIONS_FILE) }),
    }),
    needsMore,
    outcome: () => {
      const replies = run.records();
      return { counts: manifestCounts(replies), tokens: tokensOf(replies) };
    },
  };
}

function inlineWork(
  root: string,
  backend: EndpointBackend,
  run: Run,
  { needsMore }: AskOptions,
  write: () => readonly Request[],
): InlineWork {
  return {
    kind: "inline",
    run: async (context) => {
      const { close, ...opened } = await backend.open();
      // What the run's id says is what is sent, and what the backend says is what it costs.
      const endpoint = { ...opened, price: priceIn(backend), extra: backend.extra };
      const ask = backend.mode === "batch" ? askBatch : askRun;
      try {
        for (;;) {
          const outcome: Outcome = await ask({ root, run, endpoint, requests: write(), ...context });
          if (!needsMore?.()) return outcome;
        }
      } finally {
        await close?.();
      }
    },
  };
}

/** A step for given requests, outside any profile. Equal requests make the same run. */
export const requestsStep = (root: string, name: string, backend: Backend, requests: Request[]): AskStep =>
  askStep(root, {
    name: `${backend.name}: ${name}`,
    group: "pilot",
    run: toRunName(`${name}-${backend.name}`),
    backend,
    spec: { requests: hashOf(requests.map(({ custom_id, body: { model: _, ...body } }) => [custom_id, body])) },
    needs: [],
    requests: () => requests,
  });
