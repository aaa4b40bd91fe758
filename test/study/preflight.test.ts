import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hubModels, openStudy } from "../../lib/study/index";
import { checkAccess } from "../../lib/study/preflight";
import { listen } from "../ask/listen";
import { serveModels } from "../ask/models-server";
import { drawBenchmark, makeScratch } from "./scratch";

const KEY = "sk-test-0123456789";
const TOKEN = "hf_0123456789";

/** A Hub that answers for models by their names. */
async function serveHub(statuses: Record<string, number>) {
  const got: { url: string; method: string; authorization?: string }[] = [];
  const { origin, close } = await listen(async ({ url, method, headers }, response) => {
    got.push({ url: url!, method: method!, authorization: headers.authorization });
    const name = Object.keys(statuses).find((one) => url!.startsWith(`/${one}/`));
    response.writeHead(name ? statuses[name]! : 404, { location: "https://elsewhere.invalid/" });
    response.end();
  });
  return { origin, got, close };
}

let root: string;
let server: Awaited<ReturnType<typeof serveModels>>;
let hub: Awaited<ReturnType<typeof serveHub>>;

beforeEach(async () => {
  root = makeScratch();
  drawBenchmark(root, 2);
  server = await serveModels({ models: ["vlm", "writer"] });
  hub = await serveHub({ "org/open": 200, "org/moved": 307, "org/gated": 401, "org/denied": 403, "org/broken": 500 });
  vi.stubEnv("HF_ENDPOINT", hub.origin);
  vi.stubEnv("BOX_KEY", KEY);
  for (const unset of ["HF_TOKEN", "OPENAI_API_KEY", "NO_KEY"]) vi.stubEnv(unset, "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await Promise.all([server.close(), hub.close()]);
  rmSync(root, { recursive: true });
});

interface Parts {
  /** Of the endpoint `box`. */
  box?: string;
  endpoints?: string;
  llm?: string;
  name?: string;
  sources?: string;
}

/** A study of a VLM behind the endpoint `box`, and of an LLM. */
function open({
  box = `url: "${server.baseURL}"`,
  endpoints = "",
  llm = "data/pocket/models/qwen2",
  name = "vlm",
  sources = "",
}: Parts = {}) {
  const file = join(root, "profile.yaml");
  writeFileSync(
    file,
    `
name: preflight
evidence: "A test."
seed: 7
benchmark: { kind: file, file: bench.json, images: pictures }
endpoints:
  box: { ${box}, key: BOX_KEY }
${endpoints}
models:
  llm: { path: ${llm}, label: LLM, kind: llm }
  vlm: { endpoint: box, name: ${name}, label: VLM, kind: vlm }
captioner: vlm
sources:
  llm: { label: LLM, kind: model, model: llm, max_calls: 60 }
${sources}
teacher: llm
shared_sources: [llm]
synthesis: { max_tokens: 260, validation: 8 }
sizes: [16]
training: { rank: 32, alpha: 16, dropout: 0.05, learning_rate: 1.0e-3, epochs: 3, batch: 32, scheduler: linear, loss: answer }
decoding: { answer_tokens: 8, caption_tokens: 48, batch: 64 }
runtime: { threads: 1, dtype: float32 }
`,
  );
  return openStudy(file, root);
}

/** The faults that are found, one per line; none if there is nothing to complain of. */
async function faultsOf(parts: Parts = {}): Promise<string[]> {
  const { context, layout } = open(parts);
  try {
    await checkAccess(context, layout.steps);
    return [];
  } catch (error) {
    const { message, exitCode } = error as Error & { exitCode?: number };
    expect(exitCode).toBe(2);
    expect(message).not.toContain(KEY);
    expect(message).not.toContain(TOKEN);
    const [head, ...lines] = message.split("\n");
    expect(head).toBe("nothing was started:");
    return lines.map((line) => line.trim());
  }
}

describe("an endpoint", () => {
  it("that has the models and takes the key is asked for its list alone", async () => {
    expect(await faultsOf()).toEqual([]);
    expect(server.got.map(({ method, path, authorization }) => [method, path, authorization])).toEqual([
      ["GET", "/models", `Bearer ${KEY}`],
    ]);
  });

  it("at whose address nothing listens is named, with the place in the profile", async () => {
    await server.close();
    expect(await faultsOf()).toEqual([
      expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/v1 cannot be reached or does not answer: .*ECONNREFUSED.*; check 'endpoints\.box\.url' in the profile, and that the server runs$/,
      ),
    ]);
    server = await serveModels();
  });

  it.each([401, 403])("that refuses the key with %d names the variable, not the key", async (status) => {
    server.state.models = { status, body: { error: { message: `Incorrect API key provided: ${KEY}` } } };
    expect(await faultsOf()).toEqual([
      expect.stringMatching(/\/v1: .*Incorrect API key provided: …; check the key in BOX_KEY$/),
    ]);
  });

  it("that has other models says which", async () => {
    expect(await faultsOf({ name: "vlmm" })).toEqual([
      `${server.baseURL} has no model 'vlmm'; it has vlm, writer: correct the name in the profile`,
    ]);
  });

  it("that has many models says some", async () => {
    server.state.models = Array.from({ length: 20 }, (_, i) => `m${i}`);
    const [fault] = await faultsOf();
    expect(fault).toMatch(/it has m0, m1, m2, m3, m4, m5, m6, m7, …: correct/);
  });

  it.each([404, 405, 500])("that lists no models (%d) may answer all the same", async (status) => {
    server.state.models = { status };
    expect(await faultsOf({ name: "unlisted" })).toEqual([]);
  });

  it("that lists nothing may answer all the same", async () => {
    server.state.models = [];
    expect(await faultsOf()).toEqual([]);
  });

  it("elsewhere without a key is not asked at all", async () => {
    vi.stubEnv("BOX_KEY", "");
    expect(await faultsOf({ box: 'url: "https://llm.invalid/v1", price: { input: 1, output: 1 }' })).toEqual([
      "no key for https://llm.invalid/v1: set BOX_KEY in the environment or in a file .env (it is not written anywhere)",
    ]);
  });

  it("finds its key in .env", async () => {
    vi.stubEnv("BOX_KEY", "");
    writeFileSync(join(root, ".env"), `BOX_KEY=${KEY}\n`);
    expect(await faultsOf()).toEqual([]);
    expect(server.got[0]!.authorization).toBe(`Bearer ${KEY}`);
  });

  it("whose model has no price is refused unless the profile gives one", async () => {
    // An address that is not known to be this machine's.
    const url = server.baseURL.replace("127.0.0.1", "[::ffff:127.0.0.1]");
    expect(await faultsOf({ box: `url: "${url}"` })).toEqual([
      expect.stringMatching(
        /^no price is known for 'vlm' \(data\/prices\.json, of .*'price' of the endpoint in a profile/,
      ),
    ]);
    expect(await faultsOf({ box: `url: "${url}", price: { input: 1, output: 1 }` })).toEqual([]);
  });

  it("that no open step asks is left alone", async () => {
    const endpoints = '  unused: { url: "https://unused.invalid/v1", key: NO_KEY }';
    expect(await faultsOf({ endpoints })).toEqual([]);
  });

  it("that no open step asks is left alone at the address of another one, too", async () => {
    const url = server.baseURL.replace("127.0.0.1", "[::ffff:127.0.0.1]");
    const endpoints = `  twin: { url: "${url}", key: NO_KEY }`;
    expect(await faultsOf({ box: `url: "${url}", price: { input: 1, output: 1 }`, endpoints })).toEqual([]);
    expect(server.paths()).toEqual(["/models"]);
  });
});

describe("a model of the Hub", () => {
  it.each(["org/open", "org/moved", "org/broken"])("is taken to be there: %s", async (llm) => {
    expect(await faultsOf({ llm })).toEqual([]);
    expect(hub.got).toEqual([{ url: `/${llm}/resolve/main/config.json`, method: "HEAD", authorization: undefined }]);
  });

  it.each(["org/gated", "org/denied"])("whose licence was not accepted says where to accept it: %s", async (llm) => {
    expect(await faultsOf({ llm })).toEqual([
      `${llm}: the Hub gives this model only to those who have accepted its licence: accept it at https://huggingface.co/${llm}, and set HF_TOKEN in the environment or in a file .env`,
    ]);
  });

  it("whose licence another account has accepted says so", async () => {
    vi.stubEnv("HF_TOKEN", TOKEN);
    expect(await faultsOf({ llm: "org/denied" })).toEqual([
      expect.stringMatching(/and set HF_TOKEN to a token of that account$/),
    ]);
    expect(hub.got[0]!.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it("is asked for with the token of .env", async () => {
    writeFileSync(join(root, ".env"), `HF_TOKEN=${TOKEN}\n`);
    expect(await faultsOf({ llm: "org/open" })).toEqual([]);
    expect(hub.got[0]!.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it("that is not there, or not at that revision, names both", async () => {
    expect(await faultsOf({ llm: "org/none, revision: refs/pr/1" })).toEqual([
      "org/none: the Hub has no such model, or no revision 'refs/pr/1': correct 'path' or 'revision' in the profile",
    ]);
    expect(hub.got[0]!.url).toBe("/org/none/resolve/refs%2Fpr%2F1/config.json");
  });

  it("is left to the job where the Hub cannot be reached", async () => {
    await hub.close();
    expect(await faultsOf({ llm: "org/gated" })).toEqual([]);
    hub = await serveHub({});
  });

  it.each(["", "/"])(
    "is sought at the address of HF_ENDPOINT, which may be empty or end in a slash: '%s'",
    async (end) => {
      vi.stubEnv("HF_ENDPOINT", end && `${hub.origin}${end}`);
      const { context, layout } = open({ llm: "org/gated" });
      const asked: unknown[] = [];
      vi.stubGlobal("fetch", async (url: unknown) => {
        asked.push(url);
        return new Response(null, { status: 401 });
      });
      await expect(checkAccess(context, layout.steps)).rejects.toThrow(/org\/gated/);
      expect(asked).toEqual([`${end ? hub.origin : "https://huggingface.co"}/org/gated/resolve/main/config.json`]);
    },
  );

  it("in the Hub's cache is not sought there, and its licence is not missing", async () => {
    vi.stubEnv("HF_HUB_CACHE", join(root, "cache"));
    const snapshot = join(root, "cache/models--org--gated/snapshots/main");
    const sought = () => {
      const { context, layout } = open({ llm: "org/gated" });
      return hubModels(context, layout.steps).map(({ path }) => path);
    };
    expect(sought()).toEqual(["org/gated"]);
    mkdirSync(snapshot, { recursive: true });
    writeFileSync(join(snapshot, "config.json"), "{}");
    expect(sought()).toEqual([]);
    expect(await faultsOf({ llm: "org/gated" })).toEqual([]);
    expect(hub.got).toEqual([]);
  });

  it("of a folder here is not sought there", async () => {
    expect(await faultsOf()).toEqual([]);
    expect(hub.got).toEqual([]);
  });
});

describe("a dataset", () => {
  const sources = "  released: { label: D, kind: dataset, dataset: released.jsonl }";
  const question = { situation: "S", question: "Q?", options: ["A. one", "B. two"], answer: "A", rationale: "R" };
  const write = (...lines: object[]) =>
    writeFileSync(join(root, "released.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

  it("that can be read is not complained of", async () => {
    write(question, { nothing: 1 });
    expect(await faultsOf({ sources })).toEqual([]);
  });

  it("that cannot be read is named with what is wrong", async () => {
    write({ words: "S", gold: 1 });
    expect(await faultsOf({ sources })).toEqual([
      expect.stringMatching(/^released\.jsonl: has the columns 'words', 'gold'; expected .*'columns'/),
    ]);
  });
});

it("everything that is missing is said at once, a line each, and nothing was asked, started or written", async () => {
  const endpoints = [
    `  refusing: { url: "${server.baseURL.replace("127.0.0.1", "localhost")}", key: BOX_KEY }`,
    '  far: { url: "https://far.invalid/v1", key: NO_KEY }',
  ].join("\n");
  const sources = [
    "  other: { label: A, kind: endpoint, endpoint: refusing, model: nobody, max_calls: 9 }",
    "  far: { label: B, kind: endpoint, endpoint: far, model: unpriced, max_calls: 9 }",
  ].join("\n");
  const parts = { name: "vlmm", llm: "org/gated", endpoints, sources };
  const faults = await faultsOf(parts);
  expect(faults).toEqual([
    expect.stringMatching(/has no model 'vlmm'/),
    expect.stringMatching(/has no model 'nobody'/),
    expect.stringMatching(/^no key for https:\/\/far\.invalid\/v1: set NO_KEY/),
    expect.stringMatching(/^org\/gated: the Hub gives/),
    expect.stringMatching(/^no price is known for 'unpriced'/),
  ]);
  const events: unknown[] = [];
  await expect(open(parts).run({ budgetUsd: 100, onEvent: (event) => events.push(event) })).rejects.toThrow(
    `nothing was started:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
  );
  expect(events).toEqual([]);
  expect(existsSync(join(root, "runs"))).toBe(false);
  expect(new Set(server.paths())).toEqual(new Set(["/models"]));
});
