import type { Request } from "../../lib/ask/index";
import { bodyOf, listen } from "./listen";

/** A request that a server got. */
export interface Got {
  method: string;
  path: string;
  authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a client sends
  body: any;
}

type Refusal = { status: number; body?: unknown };

/** How a server of models behaves; tests change it while it runs. */
export interface Behaviour {
  /** What it lists, or how it refuses to list. */
  models: string[] | Refusal;
  /** How it answers `/load_lora_adapter`: it serves the adapter, it says so and does not, or it refuses. */
  load: "serve" | "pretend" | Refusal;
  /** The probability that a model gives its first token; undefined where it gives none. */
  logprob(model: string): number | undefined;
  /** The reply to a request, or how it is refused. */
  answer(body: Request["body"]): string | Refusal;
  /** The tokens that it charges. */
  usage(body: Request["body"]): { prompt: number; completion: number };
}

/** A server on loopback that lists models, loads adapters and answers, as vLLM does. It answers for what it lists. */
export async function serveModels(given: Partial<Behaviour> = {}) {
  const state: Behaviour = {
    models: [],
    load: { status: 404, body: { detail: "Not Found" } },
    logprob: () => undefined,
    answer: () => "A",
    usage: () => ({ prompt: 10, completion: 1 }),
    ...given,
  };
  const got: Got[] = [];
  const charged: { model: string; prompt: number; completion: number }[] = [];
  const { origin, close } = await listen(async (request, response) => {
    const text = await bodyOf(request);
    const path = request.url!.replace(/^\/v1/, "");
    const body = text ? JSON.parse(text) : undefined;
    got.push({ method: request.method!, path, authorization: request.headers.authorization, body });
    const send = (status: number, what: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(what ?? {}));
    };
    const listed = Array.isArray(state.models) ? state.models : undefined;
    if (path === "/models") {
      if (!Array.isArray(state.models)) return send(state.models.status, state.models.body);
      return send(200, { object: "list", data: state.models.map((id) => ({ id, object: "model" })) });
    }
    if (path === "/load_lora_adapter") {
      if (typeof state.load === "object") return send(state.load.status, state.load.body);
      if (state.load === "serve") listed?.push(body.lora_name);
      return send(200, "Success");
    }
    if (path !== "/chat/completions") return send(404, { error: { message: `no ${path}` } });
    if (listed && !listed.includes(body.model))
      return send(404, { error: { message: `The model \`${body.model}\` does not exist.`, code: "model_not_found" } });
    const answer = state.answer(body);
    if (typeof answer !== "string") return send(answer.status, answer.body);
    const logprob = body.logprobs ? state.logprob(body.model) : undefined;
    const { prompt, completion } = state.usage(body);
    charged.push({ model: body.model, prompt, completion });
    const logprobs =
      logprob === undefined ? null : { content: [{ token: "A", logprob, bytes: [65], top_logprobs: [] }] };
    return send(200, {
      id: "chatcmpl-1",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop", logprobs }],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    });
  });
  return {
    baseURL: `${origin}/v1`,
    origin,
    state,
    got,
    charged,
    /** Paths that were asked for, in order. */
    paths: () => got.map(({ path }) => path),
    close,
  };
}
