import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askRun } from "../../lib/ask/index";
import { prepareUpload, uploadDataset } from "../../lib/share/index";
import { generateSamples } from "../../lib/study/index";
import { bodyOf, listen } from "../ask/listen";
import { serveChat } from "../ask/server";
import { generation } from "../synthesis/generation";
import { writeQuestions } from "../synthesis/writer";
import { start } from "../whole/project";

const TOKEN = "hf_secretsecretsecret";
const root = mkdtempSync(join(tmpdir(), "wov-push-"));
let folder: string;
let hub: Awaited<ReturnType<typeof listen>>;
let hubUrl: string;
/** What the Hub was sent: path and text of each file of the commit. */
let sent: Map<string, string>;
let calls: string[] = [];
let refuse = 0;

beforeAll(async () => {
  const chat = await serveChat(writeQuestions);
  const endpoint = { baseURL: chat.baseURL, apiKey: "none", concurrency: 8 };
  const { samples } = await generateSamples(
    root,
    generation,
    (run, requests) => askRun({ root, run, requests, endpoint }),
    () => {},
  );
  await chat.close();
  folder = samples.folder;
  // The Hub's protocol as far as it is needed: make the dataset, say how to send each file, take the commit.
  hub = await listen(async (request, response) => {
    const body = await bodyOf(request);
    calls.push(`${request.method} ${request.url}`);
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (refuse) return send(refuse, { error: `bad token ${TOKEN}` });
    if (request.url === "/api/repos/create") return send(409, { error: "You already created this dataset repo" });
    if (request.url?.includes("/preupload/")) {
      const { files } = JSON.parse(body) as { files: { path: string }[] };
      return send(200, { files: files.map(({ path }) => ({ path, uploadMode: "regular" })) });
    }
    const lines = body.split("\n").map((line) => JSON.parse(line));
    const files = lines.filter(({ key }) => key === "file").map(({ value }) => value);
    sent = new Map(files.map(({ path, content }) => [path, Buffer.from(content, "base64").toString("utf8")]));
    return send(200, { commitOid: "abc", commitUrl: "x" });
  });
  hubUrl = hub.origin;
});
afterAll(async () => {
  await hub.close();
  rmSync(root, { recursive: true });
});

describe("a upload", () => {
  it("has a card that says who wrote it, what was rejected and why, and what it cost", () => {
    const { card, files } = prepareUpload(root, folder, "me/questions");
    expect(files.map(({ path }) => path)).toEqual([
      "records.jsonl",
      "rejected.jsonl",
      "train-100.jsonl",
      "train-50.jsonl",
      "validation.jsonl",
    ]);
    expect(card).toMatch(/^---\nlanguage:/);
    for (const text of [
      "config_name: train-50",
      "| Written by | writer |",
      "| Cost | $0.00 |",
      "| the answer is no option |",
      "As written: A ",
    ])
      expect(card).toContain(text);
  });

  it("is sent in one commit", async () => {
    calls = [];
    const upload = prepareUpload(root, folder, "me/questions");
    expect(await uploadDataset(upload, { token: TOKEN, hubUrl, private: true })).toBe(
      `${hubUrl}/datasets/me/questions`,
    );
    expect(calls).toEqual([
      "POST /api/repos/create",
      "POST /api/datasets/me/questions/preupload/main",
      "POST /api/datasets/me/questions/commit/main",
    ]);
    expect([...sent.keys()].sort()).toEqual(["README.md", ...upload.files.map(({ path }) => path)]);
    expect(sent.get("README.md")).toBe(upload.card);
    expect(sent.get("train-50.jsonl")!.trim().split("\n")).toHaveLength(50);
  });

  it("is refused in words without the token", async () => {
    refuse = 401;
    const refused = uploadDataset(prepareUpload(root, folder, "me/questions"), { token: TOKEN, hubUrl, private: true });
    await expect(refused).rejects.toThrow(/me\/questions could not be sent: .*bad token …/);
    refuse = 0;
  });
});

describe("wov push", () => {
  const push = (args: string[], env = {}) =>
    start(root, ["push", ...args], { HF_ENDPOINT: hubUrl, HF_TOKEN: undefined, ...env }).ended;

  it("sends nothing without --yes, and says what it would", async () => {
    calls = [];
    const { code, stdout } = await push([folder, "--to", "me/questions"]);
    expect([code, calls]).toEqual([0, []]);
    expect(stdout).toMatch(/train-100\.jsonl.*Nothing was sent: --yes sends it to me\/questions/s);
  });

  it("takes its token from the environment or .env", async () => {
    expect(await push([folder, "--to", "me/questions", "--yes"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/set HF_TOKEN/),
    });
    writeFileSync(join(root, ".env"), `HF_TOKEN=${TOKEN}\n`);
    expect(await push([folder, "--to", "me/questions", "--yes"])).toMatchObject({ code: 0 });
  });

  it.each([
    [["nowhere", "--to", "me/questions"], /expected a finished run of samples; there are runs\/samples\/writer-/],
    [["x", "--to", "questions"], /expected user\/name/],
  ])("ends with 2 and a sentence on %j", async (args, message) => {
    const { code, stderr } = await push(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
