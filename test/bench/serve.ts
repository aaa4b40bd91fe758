import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** How a server of the benchmark behaves. */
export interface Serving {
  latencyMs: number;
  /** Requests per second, counted over the last second; those above are refused with 429. No limit by default. */
  cap?: number;
}

/**
 * An endpoint on loopback that answers "A" after a while, and keeps count. Run as a program, it is a process of its
 * own and shares no core with what is measured; GET /count returns its counts.
 */
function serve({ latencyMs, cap = Number.POSITIVE_INFINITY }: Serving): void {
  const paid = new Map<string, number>();
  const accepted: number[] = [];
  let refused = 0;
  const completion = (text: string) => ({
    id: "chatcmpl-1",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
  });
  const server = createServer((request, response) => {
    if (request.url === "/count") {
      const given = [...paid.values()].reduce((all, n) => all + n, 0);
      response.end(JSON.stringify({ paid: given, paidTwice: given - paid.size, refused }));
      return;
    }
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const now = performance.now();
      while (accepted.length > 0 && accepted[0]! < now - 1000) accepted.shift();
      if (accepted.length >= cap) {
        refused++;
        const wait = Math.ceil(1000 - (now - accepted[0]!));
        response.writeHead(429, { "retry-after-ms": String(wait), "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: "too many requests", type: "requests" } }));
        return;
      }
      accepted.push(now);
      const text = Buffer.concat(parts).toString("utf8");
      setTimeout(() => {
        paid.set(text, (paid.get(text) ?? 0) + 1);
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(completion("A")));
      }, latencyMs);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

process.once("message", (serving) => serve(serving as Serving));
process.once("disconnect", () => process.exit());
