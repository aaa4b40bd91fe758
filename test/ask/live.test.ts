import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import {
  askLive,
  askRun,
  countReplies,
  createBudget,
  defaultExtra,
  describeCounts,
  type Failure,
  pictureRequest,
  priceOf,
  textRequest,
  textsById,
} from "../../lib/ask/index";
import { startTeacher } from "../../lib/pocket/index";
import { projectRoot } from "../../lib/root";
import { openRun, sha256 } from "../../lib/store/index";
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
const price = { input: 1000, output: 1000 }; // the server counts 11 tokens a reply: $0.011
const endpointOf = (baseURL: string, concurrency = 4) => ({ baseURL, apiKey: KEY, concurrency, price });
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

  it("asks again where an endpoint is busy", async () => {
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

  it("says while it waits that it does, until when and why, once for all that wait together", async () => {
    const busy = { status: 429, headers: { "retry-after": "3" }, body: { error: { message: "slow down" } } };
    const server = await serve(({ asked }) => (asked < 2 ? busy : "A"));
    const notices: string[] = [];
    const endpoint = endpointOf(server.baseURL, 2);
    const onNotice = (message: string) => notices.push(message);
    await askLive({ root, endpoint, requests: requests(2), onReply: () => {}, onNotice });
    expect(notices).toEqual([expect.stringMatching(/^waiting for 3 s, until \d{4}-\d\d-\d\dT.*Z: 429 slow down$/)]);
  });

  it.each([
    ["seconds", { "retry-after": "86400" }],
    ["a date", { "retry-after": new Date(Date.now() + 86_400_000).toUTCString() }],
    ["milliseconds", { "retry-after-ms": "86400000" }],
  ])("stops where Retry-After asks for a day, in %s, and says until when", async (_, headers) => {
    const server = await serve(({ asked }) => (asked === 1 ? { status: 429, headers } : "A"));
    const { replies, error } = await ask(server.baseURL);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 13);
    expect(String(error)).toMatch(
      new RegExp(`asks to wait until ${tomorrow}.*more than 5 minutes away.*run it again then`),
    );
    expect(replies.length).toBeGreaterThan(0);
  });

  it("tries again what is retryable: a server's error, a connection that breaks", async () => {
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
    ["an error that is not in the field 'error'", { status: 404, body: { detail: "no route" } }, /404 .*no route/],
    ["a redirect, which is not followed", { status: 307, headers: { location: "/v1/x" } }, /no request: 307/],
    ["HTML with 200", { status: 200, text: "<html>Welcome</html>", type: "text/html" }, /sent HTML.*<html>/],
    ["a reply without choices", { status: 200, body: { hello: 1 } }, /sent something else.*hello/],
  ])("gives up on %s, at once and without the key", async (_, answer, message) => {
    const server = await serve(() => answer as never);
    const { error } = await ask(server.baseURL, 40);
    expect(String(error)).toMatch(message);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
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

  it("sends a picture as what its file is, and names one that is missing, changed or none", async () => {
    const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    for (const [name, bytes] of Object.entries({ 17: png, 19: Buffer.from("no picture"), 20: png }))
      writeFileSync(join(root, `${name}.jpg`), bytes);
    const server = await serve(({ body }) => JSON.stringify(body.messages[0]!.content).slice(0, 90));
    const failures: string[] = [];
    const texts: unknown[] = [];
    const hashes = { 17: sha256(png), 18: sha256(png), 19: sha256("no picture"), 20: sha256("another") };
    await askLive({
      root,
      endpoint: endpointOf(server.baseURL),
      requests: Object.entries(hashes).map(([id, hash]) =>
        pictureRequest(id, { path: `${id}.jpg`, sha256: hash }, "What?", decoding),
      ),
      onReply: (reply) => texts.push(reply),
      onFailure: (_, { message }) => failures.push(message),
    });
    expect([...textsById(texts, "x")]).toEqual([["17", expect.stringContaining("data:image/png;base64,iVBOR")]]);
    expect(failures.sort()).toEqual([
      "request 18: 18.jpg cannot be read (ENOENT)",
      "request 19: 19.jpg is not a picture: expected JPEG, PNG, GIF or WebP",
      expect.stringMatching(
        /^request 20: 20\.jpg is not the picture that the request names: its SHA-256 is .*, expected/,
      ),
    ]);
  });

  it("names a picture that is missing where all are, and blames no endpoint", async () => {
    const failures: string[] = [];
    const server = await serve();
    const picture = { path: "none.png", sha256: "0" };
    await askLive({
      root,
      endpoint: endpointOf(server.baseURL),
      requests: Array.from({ length: 10 }, (_, i) => pictureRequest(`p-${i}`, picture, "What?", decoding)),
      onReply: () => {},
      onFailure: (_, { message }) => failures.push(message),
    });
    expect([failures.length, server.count().asked]).toEqual([10, 0]);
  });

  it("adds the endpoint's extra fields to each request, which for OpenAI are none by default", async () => {
    const bodies: unknown[] = [];
    const server = await serve(({ body }) => {
      bodies.push(body);
      return "A";
    });
    const endpoint = { ...endpointOf(server.baseURL), extra: defaultExtra(server.baseURL) };
    await askLive({ root, endpoint, requests: requests(1), onReply: () => {} });
    expect(bodies).toEqual([{ ...requests(1)[0]!.body, repetition_penalty: 1 }]);
    expect([defaultExtra("https://api.openai.com/v1"), defaultExtra("https://my.openai.azure.com/v1")]).toEqual([
      undefined,
      undefined,
    ]);
    expect(defaultExtra("https://api.notopenai.com/v1")).toEqual({ repetition_penalty: 1 });
  });

  it("stops at an error of the caller's, and sends nothing more", async () => {
    const server = await serve();
    const full = () => {
      throw new Error("the disk is full");
    };
    const asking = { root, endpoint: endpointOf(server.baseURL, 1), requests: requests(40), onReply: full };
    await expect(askLive(asking)).rejects.toThrow("the disk is full");
    expect(server.count().asked).toBeLessThan(10);
  });
});

describe("askRun", () => {
  const run = (baseURL: string, more: object = {}, opened = newRun()) => ({
    opened,
    done: askRun({ root, run: opened, endpoint: endpointOf(baseURL), requests: requests(6), ...more }),
  });

  it("asks again only what got no reply", async () => {
    let well = false;
    const server = await serve(({ prompt }) => (!well && prompt.endsWith("3") ? { status: 200, text: "<html>" } : "A"));
    const { opened, done } = run(server.baseURL);
    await expect(done).rejects.toThrow(/1 of 6 requests got no reply.*errors\.jsonl.*q-3/);
    expect(readFileSync(join(root, opened.path("errors.jsonl")), "utf8")).toMatch(/"custom_id":"q-3".*HTML/);
    well = true;
    const outcome = await run(server.baseURL, {}, opened).done;
    expect(outcome).toMatchObject({ counts: { replies: 6, refused: 0 }, tokens: { prompt: 60, completion: 6 } });
    expect(server.count()).toMatchObject({ paid: 6, paidTwice: 0 });
  });

  describe("where requests are refused for good", () => {
    const refusal = (message: string, code?: string) => ({ status: 400, body: { error: { message, code } } });
    const many = (n: number, more: object = {}, opened = newRun()) => ({
      opened,
      ask: (baseURL: string) => run(baseURL, { requests: requests(n), ...more }, opened).done,
    });
    const numberOf = (prompt: string) => Number(prompt.split(" ")[1]);

    it("records them with the reason, and never asks them again", async () => {
      const server = await serve(({ prompt }) => (numberOf(prompt) === 3 ? refusal("too long", "too_long") : "A"));
      const { opened, ask } = many(6);
      const outcome = await ask(server.baseURL);
      expect(outcome).toMatchObject({ counts: { replies: 5, refused: 1 }, tokens: { prompt: 50 } });
      expect(opened.records()).toContainEqual({
        custom_id: "q-3",
        response: null,
        error: { code: "too_long", message: "400 too long" },
      });
      expect(textsById(opened.records(), "x").get("q-3")).toBe("");
      expect(await ask(server.baseURL)).toEqual(outcome);
      expect(server.count().asked).toBe(6);
    });

    it.each([413, 415, 422])("records status %d", async (status) => {
      const server = await serve(({ prompt }) => (numberOf(prompt) === 3 ? { status } : "A"));
      expect(await many(6).ask(server.baseURL)).toMatchObject({ counts: { replies: 5, refused: 1 } });
    });

    it("goes on after many refusals among many replies, also where the refusals come first", async () => {
      const seen = new Set<string>();
      const server = await serve(({ prompt }) => {
        if (numberOf(prompt) % 10 < 7) return refusal("content policy");
        if (seen.has(prompt)) return "A";
        seen.add(prompt);
        return { status: 429, headers: { "retry-after-ms": "300" } };
      });
      const { ask } = many(100, { endpoint: endpointOf(server.baseURL, 64) });
      expect(await ask(server.baseURL)).toMatchObject({ counts: { replies: 30, refused: 70 } });
    });

    it("gives up, and records nothing, where each of the first is refused with the same words", async () => {
      const server = await serve(() => refusal("unknown field: seed"));
      const { opened, ask } = many(100);
      await expect(ask(server.baseURL)).rejects.toThrow(/answers no request: 400 unknown field: seed/);
      expect([opened.records(), server.count().asked < 40]).toEqual([[], true]);
    });

    it("records all where the endpoint has answered the run before", async () => {
      let well = true;
      const server = await serve(() => (well ? "A" : refusal("content policy")));
      const { opened, ask } = many(100);
      await askRun({ root, run: opened, endpoint: endpointOf(server.baseURL), requests: requests(1) });
      well = false;
      expect(await ask(server.baseURL)).toMatchObject({ counts: { replies: 1, refused: 99 } });
    });

    it.each([
      ["a content filter refuses each", () => refusal("no", "content_filter")],
      ["each is refused for a reason of its own", (n: number) => refusal(`picture ${n} is too dark`)],
    ])("records all where %s", async (_, answer) => {
      const server = await serve(({ prompt }) => answer(numberOf(prompt)));
      const { ask } = many(20);
      expect(await ask(server.baseURL)).toMatchObject({ counts: { replies: 0, refused: 20 } });
      await ask(server.baseURL);
      expect(server.count().asked).toBe(20);
    });

    it("records none that is retryable or fatal", async () => {
      const server = await serve(({ asked }) => (asked === 3 ? { status: 503 } : asked === 9 ? { status: 404 } : "A"));
      const { opened, ask } = many(40);
      await expect(ask(server.baseURL)).rejects.toThrow(/answers no request: 404/);
      expect(countReplies(opened.records()).refused).toBe(0);
    });

    it("gives a refusal to all equal requests", async () => {
      const greedy = { ...decoding, temperature: 0 };
      const asked = ["a", "b", "c"].map((id) => textRequest(id, id === "c" ? "Other" : "Same", greedy));
      const server = await serve(({ prompt }) => (prompt === "Same" ? refusal("no") : "A"));
      expect(await many(0, { requests: asked }).ask(server.baseURL)).toMatchObject({
        counts: { replies: 1, refused: 2 },
      });
    });
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

  it.each([{ model: "other" }, { max_tokens: 9 }])("never shares a reply with a request of %j", async (more) => {
    const server = await serve();
    const greedy = { ...decoding, temperature: 0 };
    const asked = [textRequest("a", "Same", greedy), textRequest("b", "Same", { ...greedy, ...more })];
    await run(server.baseURL, { requests: asked }).done;
    expect(server.count().asked).toBe(2);
  });

  it("never shares what is sampled", async () => {
    const server = await serve();
    const sampled = ["a", "b"].map((id) => textRequest(id, "Same", decoding));
    await run(server.baseURL, { requests: sampled }).done;
    expect(server.count().paid).toBe(2);
  });

  it("tells what was sent: the endpoint, the decoding that all requests share, the extra fields, and no key", async () => {
    const server = await serve();
    const endpoint = { ...endpointOf(server.baseURL), extra: { top_k: 1 } };
    expect((await run(server.baseURL, { endpoint }).done).settings).toEqual({
      endpoint: "localhost",
      model: "m",
      max_tokens: 8,
      temperature: 1,
      extra: { top_k: 1 },
    });
  });

  it("stops before the budget is passed, and goes on with a higher one", async () => {
    const server = await serve();
    const first = createBudget(0.05);
    const { opened, done } = run(server.baseURL, { budget: first, endpoint: endpointOf(server.baseURL, 1) });
    await expect(done).rejects.toThrow(/budget of \$0\.05 would be passed/);
    expect(first.spentUsd).toBeLessThanOrEqual(0.05);
    const paid = server.count().paid;
    expect(paid).toBeGreaterThan(0);
    const second = createBudget(1);
    expect(await run(server.baseURL, { budget: second }, opened).done).toMatchObject({
      costUsd: expect.closeTo(0.066, 6),
    });
    expect(server.count()).toMatchObject({ paid: 6, paidTwice: 0 });
  });

  it("spends nearly all of a budget, with many in flight that cost far less than they may", async () => {
    const server = await serve();
    // A request may cost 1,014 tokens and does cost 11: $0.011 of at most $1.014.
    const budget = createBudget(5.5);
    const endpoint = endpointOf(server.baseURL, 16);
    const asked = requests(1000).map((one) => ({ ...one, body: { ...one.body, max_tokens: 100 } }));
    const { done } = run(server.baseURL, { budget, requests: asked, endpoint });
    await expect(done).rejects.toThrow(/budget of \$5\.5 would be passed/);
    expect(budget.spentUsd).toBeGreaterThan(0.95 * 5.5);
    expect(budget.spentUsd).toBeLessThanOrEqual(5.5);
    expect(server.count().paid).toBe(Math.round(budget.spentUsd / 0.011));
  });

  it("tells each run's own cost where several share a budget, and counts a run that goes on once", async () => {
    const server = await serve();
    const budget = createBudget(1);
    const { opened, done } = run(server.baseURL, { budget });
    expect((await done).costUsd).toBeCloseTo(0.066);
    expect((await run(server.baseURL, { budget, requests: requests(8) }, opened).done).costUsd).toBeCloseTo(0.088);
    expect((await run(server.baseURL, { budget }).done).costUsd).toBeCloseTo(0.066);
    expect(budget.spentUsd).toBeCloseTo(0.154);
  });

  it("leaves no reserve on the disk, also if an earlier process was killed after its last reply", async () => {
    const server = await serve();
    const { opened, done } = run(server.baseURL);
    await done;
    const reserve = join(root, opened.path(".reserve"));
    expect(existsSync(reserve)).toBe(false);
    writeFileSync(reserve, "left");
    await run(server.baseURL, {}, opened).done;
    expect(existsSync(reserve)).toBe(false);
    expect(server.count().asked).toBe(6);
  });

  it("counts what was cut off, with and without a text, and says what to do", async () => {
    const cut = (content: string) => ({
      status: 200,
      body: { choices: [{ finish_reason: "length", message: { content } }] },
    });
    const server = await serve(({ prompt }) =>
      prompt.endsWith("3") ? cut("") : prompt.endsWith("4") ? cut("The") : "A",
    );
    const { counts } = await run(server.baseURL).done;
    expect(counts).toEqual({ replies: 6, refused: 0, cutOff: 2, cutOffEmpty: 1 });
    expect(describeCounts(counts, "Raise it.")).toEqual([
      "2 replies were cut off at the token limit, 1 of them before any text, as while thinking. Raise it.",
    ]);
  });

  it("writes the key nowhere, whatever goes wrong", async () => {
    const error = { message: `your key is ${KEY}` };
    const server = await serve(({ prompt }) =>
      prompt.endsWith("3")
        ? { status: 400, body: { error } }
        : prompt.endsWith("4")
          ? { status: 200, body: error }
          : prompt.endsWith("5")
            ? { status: 200, text: `<html>${KEY}` }
            : `A, said ${KEY}`,
    );
    const { opened, done } = run(server.baseURL);
    expect(inspect(await done.catch((error) => error), { depth: 9, showHidden: true })).not.toContain(KEY);
    for (const file of ["records.jsonl", "errors.jsonl", "spec.json"])
      expect(readFileSync(join(root, opened.path(file)), "utf8")).not.toContain(KEY);
  });
});

describe("prices", () => {
  it("are known for the paper's teacher", () => expect(priceOf(projectRoot(), "gpt-4o-2024-11-20").output).toBe(10));
  it("are asked for where they are not known", () =>
    expect(() => priceOf(projectRoot(), "mine")).toThrow(/no price is known for 'mine'.*--price/));
});
