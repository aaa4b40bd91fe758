/** A part of a message: text, or a picture named by path and SHA-256 ("folder/17.png#sha256=…"). */
export type Part = { type: "text"; text: string } | { type: "image_url"; image_url: { url: string } };

/** A line of an OpenAI batch input file. */
export interface Request {
  custom_id: string;
  method: "POST";
  url: "/v1/chat/completions";
  body: {
    model: string;
    messages: { role: "user"; content: string | Part[] }[];
    max_tokens: number;
    temperature: number;
    seed?: number;
  };
}

/** How a model shall answer. */
export type Decoding = Omit<Request["body"], "messages">;

/** A request of one user message. */
export function textRequest(id: string, content: string | Part[], decoding: Decoding): Request {
  const { model, ...rest } = decoding;
  const body = { model, messages: [{ role: "user" as const, content }], ...rest };
  return { custom_id: id, method: "POST", url: "/v1/chat/completions", body };
}

/** A request that shows one picture; it is kept in its file, and an executor encodes it when it sends. */
export function pictureRequest(
  id: string,
  { path, sha256 }: { path: string; sha256: string },
  text: string,
  decoding: Decoding,
): Request {
  const picture: Part = { type: "image_url", image_url: { url: `${path}#sha256=${sha256}` } };
  return textRequest(id, [picture, { type: "text", text }], decoding);
}
