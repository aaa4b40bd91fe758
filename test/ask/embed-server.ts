import { bodyOf, listen } from "./listen";

/** Words that mean the same to this model. */
const MEANS: Record<string, string> = { lad: "boy", pond: "lake", sinking: "drowning", kid: "boy" };
const SIZE = 64;

/** An endpoint for embeddings: a text is the bag of what its words mean. It counts a token per text. */
export async function serveEmbeddings(refuse: (asked: number) => number | undefined = () => undefined) {
  let [texts, asked] = [0, 0];
  const { origin, close } = await listen(async (request, response) => {
    const { input } = JSON.parse(await bodyOf(request)) as { input: string[] };
    const status = refuse(asked++);
    if (status) return void response.writeHead(status, { "retry-after-ms": "5" }).end("{}");
    texts += input.length;
    const data = input.map((text, index) => ({ object: "embedding", index, embedding: embed(text) }));
    response.writeHead(200, { "content-type": "application/json" });
    const usage = { prompt_tokens: input.length, total_tokens: input.length };
    response.end(JSON.stringify({ object: "list", data, usage }));
  });
  return { baseURL: `${origin}/v1`, texts: () => texts, asked: () => asked, close };
}

export function embed(text: string): number[] {
  const vector = new Array<number>(SIZE).fill(0);
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const meant = MEANS[word] ?? word;
    const at = [...meant].reduce((hash, sign) => (hash * 31 + sign.charCodeAt(0)) % SIZE, 7);
    vector[at] = vector[at]! + 1;
  }
  return vector;
}
