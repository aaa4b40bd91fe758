import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { askLive, textRequest, textsById } from "../../lib/ask/index";
import { startTeacher } from "../../lib/pocket/index";
import { readSamples } from "../../lib/synthesis/index";

let server: Server | undefined;
afterEach(() => server?.close());

/** An endpoint on loopback that answers as `listener` does. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((listening) => server!.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const requests = Array.from({ length: 6 }, (_, i) =>
  textRequest(`call-${i}`, "Write five questions.", { model: "teacher", max_tokens: 200, temperature: 1, seed: i }),
);
const ask = async (baseURL: string) => {
  const replies: unknown[] = [];
  await askLive("/", { baseURL, apiKey: "secret-key", concurrency: 3 }, requests, (reply) => replies.push(reply));
  return replies;
};

describe("askLive", () => {
  it("asks the pocket's teacher, whose seed decides what it writes", async () => {
    const teacher = await startTeacher();
    const [first, second] = [textsById(await ask(teacher.baseURL), "a"), textsById(await ask(teacher.baseURL), "b")];
    await teacher.close();
    expect(new Map([...second].sort())).toEqual(new Map([...first].sort()));
    expect(new Set(first.values()).size).toBe(6);
    for (const [call, text] of first)
      expect(readSamples(text, "teacher", call)).toMatchObject({ samples: { length: 5 }, rejected: [] });
  });

  it("asks again where an endpoint is busy", async () => {
    let asked = 0;
    const baseURL = await serve((request, response) => {
      request.resume();
      if (asked++ % 2 === 0) return response.writeHead(429, { "retry-after": "0" }).end();
      const choices = [{ index: 0, message: { role: "assistant", content: "[]" }, finish_reason: "stop" }];
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: "x", choices }));
    });
    expect(await ask(baseURL)).toHaveLength(6);
  });

  it("fails with the endpoint's words, and without the key", async () => {
    const baseURL = await serve((request, response) => {
      request.resume();
      response
        .writeHead(401, { "content-type": "application/json" })
        .end(JSON.stringify({ error: { message: "wrong key" } }));
    });
    const error = await ask(baseURL).catch((failed: Error) => failed);
    expect(String(error)).toMatch(/401.*wrong key/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("secret-key");
  });
});
