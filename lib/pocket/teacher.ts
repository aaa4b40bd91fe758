import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { renderQuestions } from "../prompts/index";
import { createRandom } from "../random";
import { writeQuestion } from "./question";
import { drawScene } from "./scene";

/** Questions per reply. */
const QUESTIONS = 5;

/** A running teacher: its address, and how to stop it. */
export interface Teacher {
  baseURL: string;
  close(): Promise<void>;
}

/**
 * Starts the pocket world's strong teacher: a program that knows the rules, behind an endpoint on loopback that
 * speaks OpenAI's chat-completions protocol. It replaces the paper's GPT-4o. It does not know the benchmark, so some of
 * its scenes will be those of items and must be screened out. A request's `seed` determines the reply.
 */
export async function startTeacher(): Promise<Teacher> {
  const server = createServer(async (request, response) => {
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") return response.writeHead(404).end();
    const { model, seed = 0 } = JSON.parse(await body(request));
    const content = write(seed);
    const reply = {
      id: `chatcmpl-teacher-${seed}`,
      object: "chat.completion",
      created: 0,
      model,
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }, // a program counts no tokens
    };
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { baseURL: `http://127.0.0.1:${port}/v1`, close };
}

function write(seed: number): string {
  const random = createRandom("teacher", seed);
  return renderQuestions(Array.from({ length: QUESTIONS }, () => writeQuestion(drawScene(random), random)));
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
