import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Request, textRequest, textsById } from "../../lib/ask/index";
import { type Backend, requestsStep, runStep } from "../../lib/study/index";
import { serveChat } from "../ask/server";

let root: string;
let server: Awaited<ReturnType<typeof serveChat>>;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "wov-known-"));
  server = await serveChat(({ body }) => `you said ${JSON.stringify(body.messages[0]!.content)}`);
});
afterEach(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

const backend = (name: string): Backend => ({
  kind: "endpoint",
  name,
  modelName: name,
  host: "localhost",
  mode: "live",
  price: () => ({ input: 0, output: 0 }),
  open: async () => ({ baseURL: server.baseURL, apiKey: "none", concurrency: 4 }),
});
const request = (id: string, text: string, temperature = 0): Request =>
  textRequest(id, text, { model: "m", max_tokens: 8, temperature });

/** Asks; the texts of the replies by id, and how many requests were sent for them. */
async function ask(requests: Request[], name = "m") {
  const before = server.count().asked;
  const step = requestsStep(root, "test", backend(name), requests);
  await runStep(step, { signal: new AbortController().signal, onProgress: () => {} });
  const { tokens } = step.run.manifest()!;
  return {
    folder: join(root, step.run.folder),
    texts: textsById(step.run.records(), step.run.id),
    sent: server.count().asked - before,
    tokens,
  };
}

it("a request that was answered in another run is not sent again, under whatever id", async () => {
  expect((await ask([request("1", "one"), request("2", "two")])).sent).toBe(2);
  const { texts, sent, tokens } = await ask([request("2", "one"), request("7", "one"), request("3", "three")]);
  expect(sent).toBe(1);
  expect([...texts].sort()).toEqual([
    ["2", 'you said "one"'],
    ["3", 'you said "three"'],
    ["7", 'you said "one"'],
  ]);
  expect(tokens).toEqual((await ask([request("3", "three, alone")])).tokens); // what was paid before is not counted again
});

it("another model, other settings or a sampled request of another id is asked", async () => {
  await ask([request("1", "one"), request("2", "drawn", 1)]);
  expect((await ask([request("1", "one")], "another model")).sent).toBe(1);
  expect((await ask([textRequest("1", "one", { model: "m", max_tokens: 9, temperature: 0 })])).sent).toBe(1);
  expect((await ask([request("3", "drawn", 1)])).sent).toBe(1);
  expect((await ask([request("2", "drawn", 1), request("9", "new")])).sent).toBe(1);
});

it("a damaged run's replies are not copied", async () => {
  const { folder } = await ask([request("1", "one")]);
  const records = join(folder, "records.jsonl");
  writeFileSync(records, readFileSync(records, "utf8").replace("you said", "you sang"));
  const moved = `${root}-moved`; // a process checks a folder only once
  renameSync(root, moved);
  root = moved;
  const { texts, sent } = await ask([request("2", "one")]);
  expect(sent).toBe(1);
  expect(texts.get("2")).toBe('you said "one"');
});
