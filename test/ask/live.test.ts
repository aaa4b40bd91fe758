import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import {
  askLive,
  askRun,
  createBudget,
  type Failure,
  pictureRequest,
  priceOf,
  textRequest,
  textsById,
} from "../../lib/ask/index";
import { startTeacher } from "../../lib/pocket/index";
import { projectRoot } from "../../lib/root";
import { openRun } from "../../lib/store/index";
import { readSamples } from "../../lib/synthesis/index";
import { type Answer, serveChat } from "./server";

const KEY = "secret-key-17";
const root = mkdtempSync(join(tmpdir(), "wov-ask-"));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

const decoding = { model: "m", max_tokens: 8, temperature: 1 };
const requests = (n: number) =>
  Array.from({ length: n }, (_, i) => textRequest(`q-${i}`, `Question ${i}`, { ...decoding, seed: i }));

async function serve(answer?: Answer) {
  const server = await serveChat(answer);
  stops.push(server.close);
  return server;
}
const endpointOf = (baseURL: string, concurrency = 4) => ({ baseURL, apiKey: KEY, concurrency });
async function ask(baseURL: string, n = 6) {
  const replies: unknown[] = [];
  const failures: [string, Failure][] = [];
  const asking = {
    root,
    endpoint: endpointOf(baseURL),
    requests: requests(n),
    onReply: (reply: unknown) => replies.push(reply),
    onFailure: (request: { custom_id: string }, failure: Failure) => failures.push([request.custom_id, failure]),
  };
  const error = await askLive(asking).then(
    () => undefined,
    (failed: Error) => failed,
  );
  return { replies, failures, error };
}
let named = 0;
const newRun = () => openRun(root, { step: "ask", name: "run", spec: named++, parents: [] });

describe("askLive", () => {
  it("asks the pocket's teacher, whose seed decides what it writes", async () => {
    const teacher = await startTeacher();
    stops.push(teacher.close);
    const [first, second] = [
      textsById((await ask(teacher.baseURL)).replies, "a"),
      textsById((await ask(teacher.baseURL)).replies, "b"),
    ];
    expect(new Map([...second].sort())).toEqual(new Map([...first].sort()));
    expect(new Set(first.values()).size).toBe(6);
    for (const [call, text] of first)
      expect(readSamples(text, "teacher", call)).toMatchObject({ samples: { length: 5 }, rejected: [] });
  });

  it("asks again where an endpoint is busy, and has no more in flight than it bears", async () => {
    const server = await serve(({ asked }) => (asked % 2 ? { status: 429, headers: { "retry-after-ms": "5" } } : "A"));
    const { replies, failures } = await ask(server.baseURL, 20);
    expect([replies.length, failures]).toEqual([20, []]);
    expect(server.count()).toMatchObject({ paid: 20, paidTwice: 0 });
  });

  it("waits as long as Retry-After says", async () => {
    const times: number[] = [];
    const server = await serve(({ asked }) => {
      times.push(performance.now());
      return asked === 0 ? { status: 429, headers: { "retry-after": "1" } } : "A";
    });
    expect((await ask(server.baseURL, 1)).replies).toHaveLength(1);
    expect(times[1]! - times[0]!).toBeGreaterThan(990);
  });

  it("tries again what may pass: a server's error, a connection that breaks", async () => {
    const server = await serve(({ asked }) => (asked === 0 ? { status: 500 } : asked === 1 ? "hang up" : "A"));
    expect((await ask(server.baseURL)).replies).toHaveLength(6);
  });

  it("sends a request again that is not answered in time", async () => {
    const server = await serve(({ asked }) => (asked === 0 ? "never" : "A"));
    const replies: unknown[] = [];
    const endpoint = { ...endpointOf(server.baseURL), timeoutMs: 200 };
    await askLive({ root, endpoint, requests: requests(2), onReply: (reply) => replies.push(reply) });
    expect(replies).toHaveLength(2);
  });

  it("reports what fails for good, and goes on with the others", async () => {
    const server = await serve(({ prompt }) =>
      prompt.endsWith("2") ? { status: 400, body: { error: { message: "too long" } } } : "A",
    );
    const { replies, failures, error } = await ask(server.baseURL);
    expect([replies.length, error]).toEqual([5, undefined]);
    expect(failures).toMatchObject([["q-2", { status: 400, message: expect.stringContaining("too long") }]]);
  });

  it.each([
    [
      "a wrong key",
      { status: 401, body: { error: { message: `Incorrect API key: ${KEY}` } } },
      /401.*Incorrect API key: …/,
    ],
    ["a model that is none", { status: 404, body: { error: { message: "no model 'm'" } } }, /no model 'm'/],
    ["an exhausted account", { status: 429, body: { error: { message: "pay", code: "insufficient_quota" } } }, /pay/],
    ["HTML with 200", { status: 200, text: "<html>Welcome</html>", type: "text/html" }, /sent HTML.*<html>/],
    ["a reply without choices", { status: 200, body: { hello: 1 } }, /no choices.*hello/],
  ])("gives up on %s, at once and without the key", async (_, answer, message) => {
    const server = await serve(() => answer as never);
    const { error } = await ask(server.baseURL, 40);
    expect(String(error)).toMatch(message);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(KEY);
    expect(server.count().asked).toBeLessThan(30);
  });

  it("says where it found nobody", async () => {
    const { error } = await ask("http://127.0.0.1:9/v1", 8);
    expect(String(error)).toMatch(/http:\/\/127\.0\.0\.1:9\/v1 answers no request: .*cannot be reached/);
  }, 60_000);

  it("ends when it is told to", async () => {
    const server = await serve(() => "never");
    const asking = { root, endpoint: endpointOf(server.baseURL), requests: requests(3), onReply: () => {} };
    await expect(askLive({ ...asking, signal: AbortSignal.timeout(100) })).rejects.toThrow(/abort|timeout/i);
  });

  it("sends a picture as what its file is, and names one that is missing", async () => {
    await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
      .png()
      .toFile(join(root, "17.png"));
    renameSync(join(root, "17.png"), join(root, "17.jpg"));
    writeFileSync(join(root, "19.jpg"), "no picture");
    const server = await serve(({ body }) => JSON.stringify(body.messages[0]!.content).slice(0, 90));
    const failures: string[] = [];
    const texts: unknown[] = [];
    await askLive({
      root,
      endpoint: endpointOf(server.baseURL),
      requests: ["17.jpg", "18.jpg", "19.jpg"].map((path) =>
        pictureRequest(path, { path, sha256: "0" }, "What?", decoding),
      ),
      onReply: (reply) => texts.push(reply),
      onFailure: (_, { message }) => failures.push(message),
    });
    expect([...textsById(texts, "x").values()][0]).toContain("data:image/png;base64,iVBOR");
    expect(failures.sort()).toEqual([
      "18.jpg: the picture cannot be read (ENOENT)",
      "19.jpg: expected a picture (jpeg, png, gif, webp)",
    ]);
  });
});

describe("askRun", () => {
  const run = (baseURL: string, more: object = {}, opened = newRun()) => ({
    opened,
    done: askRun({ root, run: opened, endpoint: endpointOf(baseURL), requests: requests(6), ...more }),
  });

  it("asks again only what got no reply", async () => {
    let well = false;
    const server = await serve(({ prompt }) => (!well && prompt.endsWith("3") ? { status: 400 } : "A"));
    const { opened, done } = run(server.baseURL);
    await expect(done).rejects.toThrow(/1 of 6 requests got no reply.*errors\.jsonl.*q-3/);
    expect(readFileSync(join(root, opened.path("errors.jsonl")), "utf8")).toMatch(/"custom_id":"q-3".*"code":400/);
    well = true;
    const outcome = await run(server.baseURL, {}, opened).done;
    expect(outcome).toMatchObject({ counts: { replies: 6 }, tokens: { prompt: 60, completion: 6 } });
    expect(server.count()).toMatchObject({ paid: 6, paidTwice: 0 });
  });

  it("sends equal greedy requests once, and gives all of them the reply", async () => {
    const server = await serve();
    const greedy = { ...decoding, temperature: 0 };
    const equal = ["a", "b", "c"].map((id) => textRequest(id, id === "c" ? "Other" : "Same", greedy));
    const { opened, done } = run(server.baseURL, { requests: equal });
    expect(await done).toMatchObject({ counts: { replies: 3 }, tokens: { prompt: 20 } });
    expect(server.count().paid).toBe(2);
    expect(new Set(textsById(opened.records(), "x").keys())).toEqual(new Set(["a", "b", "c"]));
  });

  it("never shares what is sampled", async () => {
    const server = await serve();
    const sampled = ["a", "b"].map((id) => textRequest(id, "Same", decoding));
    await run(server.baseURL, { requests: sampled }).done;
    expect(server.count().paid).toBe(2);
  });

  it("stops before the budget is passed, and goes on with a higher one", async () => {
    const server = await serve();
    const price = { input: 1000, output: 1000 }; // the server counts 11 tokens a reply: $0.011
    const first = createBudget(price, 0.05);
    const { opened, done } = run(server.baseURL, { budget: first, endpoint: endpointOf(server.baseURL, 1) });
    await expect(done).rejects.toThrow(/budget of \$0\.05 would be passed/);
    expect(first.spentUsd).toBeLessThanOrEqual(0.05);
    const paid = server.count().paid;
    expect(paid).toBeGreaterThan(0);
    const second = createBudget(price, 1);
    expect(await run(server.baseURL, { budget: second }, opened).done).toMatchObject({
      costUsd: expect.closeTo(0.066, 6),
    });
    expect(server.count()).toMatchObject({ paid: 6, paidTwice: 0 });
  });

  it("writes the key nowhere, whatever goes wrong", async () => {
    const refusing = { status: 400, body: { error: { message: `your key is ${KEY}` } } };
    const server = await serve(({ prompt }) => (prompt.endsWith("3") ? refusing : "A"));
    const { opened, done } = run(server.baseURL);
    await expect(done).rejects.not.toThrow(KEY);
    for (const file of ["records.jsonl", "errors.jsonl", "spec.json"])
      expect(readFileSync(join(root, opened.path(file)), "utf8")).not.toContain(KEY);
  });
});

describe("prices", () => {
  it("are known for the paper's teacher", () => expect(priceOf(projectRoot(), "gpt-4o-2024-11-20").output).toBe(10));
  it("are asked for where they are not known", () =>
    expect(() => priceOf(projectRoot(), "mine")).toThrow(/no price is known for 'mine'.*--price/));
});
