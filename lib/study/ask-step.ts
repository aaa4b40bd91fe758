import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { askBatch, askRun, type Request, tokensOf } from "../ask/index";
import { hashOf, type Outcome, openRun, type Run, toRunName } from "../store/index";
import { type Backend, backendSpec } from "./backend";
import { copyKnownReplies } from "./known-replies";
import type { Group, InlineWork, JobWork, Step } from "./step";

/** Requests that a step puts to a backend. */
export interface AskOptions {
  /** "qwen2-vl decides on pictures" */
  name: string;
  group: Group;
  /** Names the run. */
  run: string;
  backend: Backend;
  /** All that determines the requests, besides the steps that they are made from. */
  spec: object;
  needs: Step[];
  /** The requests; the steps of `needs` are complete when it is called. */
  requests(): Request[];
  /** For runs that grow: whether the replies so far call for more requests. */
  needsMore?(): boolean;
  isEnough?(): boolean;
}

/** A step that asks, and what it asks. */
export type AskStep = Step & { requests(): Request[] };

/** A step that puts requests to a backend. The run's records are the replies; `requests.jsonl` is what was asked. */
export function askStep(root: string, options: AskOptions): AskStep {
  const { name, group, backend, requests, isEnough } = options;
  const needs = backend.kind === "job" && backend.adapter ? [...options.needs, backend.adapter] : options.needs;
  const run = openRun(root, {
    step: "ask",
    name: options.run,
    spec: { backend: backendSpec(root, backend), ...options.spec },
    parents: needs.map((need) => need.run.id),
  });
  const write = () => writeRequests(root, run, options.requests);
  const work =
    backend.kind === "job" ? jobWork(backend, run, options, write) : inlineWork(root, backend, run, options, write);
  return {
    name,
    group,
    run,
    needs,
    uses: backend.kind === "job" ? "gpu" : "api",
    work,
    requests,
    ...(isEnough && { isEnough }),
  };
}

/** Writes what is asked, and takes over replies that equal requests to the same backend have got before. */
function writeRequests(root: string, run: Run, make: () => Request[]): readonly Request[] {
  run.reopen();
  const requests = make();
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`);
  writeFileSync(join(root, run.path("requests.jsonl")), lines.join(""));
  copyKnownReplies(root, run, requests);
  return requests;
}

function jobWork(
  { model, batch, adapter }: Extract<Backend, { kind: "job" }>,
  run: Run,
  { name, needsMore }: AskOptions,
  write: () => void,
): JobWork {
  return {
    kind: "job",
    model,
    task: () => {
      write();
      return {
        kind: "predict",
        name,
        requests: run.path("requests.jsonl"),
        records: run.path("records.jsonl"),
        adapter: adapter ? adapter.run.path("adapter") : null,
        batch,
      };
    },
    needsMore,
    outcome: () => {
      const replies = run.records();
      return { counts: { replies: replies.length }, tokens: tokensOf(replies) };
    },
  };
}

function inlineWork(
  root: string,
  backend: Extract<Backend, { kind: "endpoint" }>,
  run: Run,
  { needsMore }: AskOptions,
  write: () => readonly Request[],
): InlineWork {
  return {
    kind: "inline",
    run: async (context) => {
      const { close, ...endpoint } = await backend.open();
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

/** Given requests as a step of their own, outside of any profile; equal requests make the same run. */
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
