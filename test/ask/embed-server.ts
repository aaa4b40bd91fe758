import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Words that mean the same to this model. */
const MEANS: Record<string, string> = { lad: "boy", pond: "lake", sinking: "drowning", kid: "boy" };
const SIZE = 64;

/** An endpoint for embeddings: a text is the bag of what its words mean. */
export async function serveEmbeddings() {
  let texts = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { input } = JSON.parse(Buffer.concat(parts).toString("utf8")) as { input: string[] };
    texts += input.length;
    const data = input.map((text, index) => ({ object: "embedding", index, embedding: embed(text) }));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ object: "list", data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    texts: () => texts,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function embed(text: string): number[] {
  const vector = new Array<number>(SIZE).fill(0);
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const meant = MEANS[word] ?? word;
    const at = [...meant].reduce((hash, sign) => (hash * 31 + sign.charCodeAt(0)) % SIZE, 7);
    vector[at] = vector[at]! + 1;
  }
  return vector;
}
