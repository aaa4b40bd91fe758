import { bodyOf, listen } from "../ask/listen";

/** A proxy on loopback that counts what it passes on to an inference server. */
export async function startCountingProxy(baseURL: string) {
  const seen = { requests: 0, prompt: 0, completion: 0 };
  const { origin, close } = await listen(async (request, response) => {
    const body = request.method === "POST" ? await bodyOf(request) : undefined;
    const answer = await fetch(`${new URL(baseURL).origin}${request.url}`, {
      method: request.method!,
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (answer.ok && body !== undefined) {
      const { usage } = JSON.parse(text);
      seen.requests++;
      seen.prompt += usage.prompt_tokens;
      seen.completion += usage.completion_tokens;
    }
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(text);
  });
  return { baseURL: `${origin}/v1`, seen, close };
}
