import { createServer } from "node:http";
import { VIVA } from "../../lib/benchmark/index";
import { close, listen } from "./loopback";

/** A Hub on loopback that has VIVA's file, with another content. */
export interface StubHub {
  url: string;
  /** What it holds; the revision `main` has it. */
  content: string;
  /** Requests so far. */
  asked: number;
  close(): void;
}

/** Revisions with which the stub fails, and how. */
const statuses: Record<string, number> = { gated: 401, forbidden: 403, unknown: 404, busy: 503 };

/** Starts one. It knows the Hub's protocol as far as it is needed: a first byte with the size in Content-Range, then the file. */
export async function startHub(content: string): Promise<StubHub> {
  const server = createServer((request, response) => {
    hub.asked++;
    const [, revision] = /^\/datasets\/[\w/]+\/resolve\/(\w+)\//.exec(request.url!) ?? [];
    const status = statuses[revision!];
    if (status) return response.writeHead(status).end("<html>an error page");
    if (!request.url!.endsWith(`/${VIVA.path}`) || !["main", "cut"].includes(revision!))
      return response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    const partial = request.headers.range === "bytes=0-0";
    const bytes = Buffer.from(hub.content);
    response.setHeader("etag", '"abc"');
    if (partial) response.setHeader("content-range", `bytes 0-0/${bytes.length}`);
    const whole = revision === "cut" ? bytes.subarray(0, bytes.length / 2) : bytes;
    response.writeHead(partial ? 206 : 200).end(partial ? bytes.subarray(0, 1) : whole);
  });
  const hub: StubHub = { url: await listen(server), content, asked: 0, close: () => close(server) };
  return hub;
}
