import { bodyOf, listen } from "./listen";

/** Words that mean the same to this model. */
const MEANS: Record<string, string> = { lad: "boy", pond: "lake", sinking: "drowning", kid: "boy" };
const SIZE = 64;

/** An endpoint for embeddings: a text is the bag of what its words mean. */
export async function serveEmbeddings() {
  let texts = 0;
  const { origin, close } = await listen(async (request, response) => {
    const { input } = JSON.parse(await bodyOf(request)) as { input: string[] };
    texts += input.length;
    const data = input.map((text, index) => ({ object: "embedding", index, embedding: embed(text) }));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ object: "list", data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
  });
  return { baseURL: `${origin}/v1`, texts: () => texts, close };
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
