import { bodyOf, listen } from "../ask/listen";

export const TOKEN = "hf_secretsecretsecret";

/** A stand-in for the Hub's protocol as far as uploads need it: make a repository, say how to send files, commit. */
export async function serveHub() {
  const seen = {
    calls: [] as string[],
    /** Path and text of each file of the last commit. */
    sent: new Map<string, string>(),
    /** The status with which everything is refused, or 0. */
    refuse: 0,
    /** The cards of models, as the Hub shows them. */
    cards: {} as Record<string, object>,
  };
  const { origin, close } = await listen(async (request, response) => {
    const body = await bodyOf(request);
    const [path] = request.url!.split("?");
    seen.calls.push(`${request.method} ${path}`);
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (seen.refuse) return send(seen.refuse, { error: `bad token ${TOKEN}` });
    if (path === "/api/repos/create") return send(409, { error: "You already created this repo" });
    if (request.method === "GET") {
      const cardData = seen.cards[path!];
      return cardData ? send(200, { _id: "1", id: "org/base", cardData }) : send(404, { error: "not found" });
    }
    if (path!.includes("/preupload/")) {
      const { files } = JSON.parse(body) as { files: { path: string }[] };
      return send(200, { files: files.map((file) => ({ path: file.path, uploadMode: "regular" })) });
    }
    const lines = body.split("\n").map((line) => JSON.parse(line));
    const files = lines.filter(({ key }) => key === "file").map(({ value }) => value);
    seen.sent = new Map(files.map((file) => [file.path, Buffer.from(file.content, "base64").toString("utf8")]));
    return send(200, { commitOid: "abc", commitUrl: "x" });
  });
  return { seen, url: origin, close };
}
