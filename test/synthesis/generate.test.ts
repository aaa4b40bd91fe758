import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { loadBenchmark } from "../../lib/benchmark/index";
import { projectRoot } from "../../lib/root";
import { screen } from "../../lib/screen/index";
import type { SourceOptions } from "../../lib/study/index";
import { knownTexts, loadSeeds, toScreenable } from "../../lib/synthesis/index";
import { type Answer, serveChat } from "../ask/server";
import { generateSamples } from "./generation";
import { writeQuestions } from "./writer";

/** VIVA's own file: its licence keeps it out of this project, so it is read where someone has put it beside. */
const VIVA = "../shared/viva/VIVA_annotation.json";
const roots: string[] = [];
const newRoot = () => {
  roots.push(mkdtempSync(join(tmpdir(), "wov-generate-")));
  return roots.at(-1)!;
};
afterAll(() => roots.forEach((root) => void rmSync(root, { recursive: true })));
let server: Awaited<ReturnType<typeof serveChat>>;
afterEach(() => server?.close());

async function generate(root: string, answer: Answer = writeQuestions, changes: Partial<SourceOptions> = {}) {
  server = await serveChat(answer);
  return generateSamples(root, { baseURL: server.baseURL, apiKey: "none", concurrency: 4 }, changes);
}
const filesOf = (root: string, folder: string) =>
  ["records.jsonl", "train-50.jsonl", "train-100.jsonl", "validation.jsonl", "rejected.jsonl"].map((name) =>
    readFileSync(join(root, folder, name), "utf8"),
  );

describe("generating", () => {
  it("asks a few calls first, then as many as are needed, and leaves the set divided", async () => {
    const root = newRoot();
    const { replies, samples, counts, letters: balance, rounds } = await generate(root);
    expect(rounds[0]).toBe(10);
    expect(counts).toMatchObject({ calls: rounds.at(-1), kept: expect.any(Number) });
    expect(counts.kept).toBeGreaterThanOrEqual(120);
    expect(counts["the answer is no option"]).toBeGreaterThan(0);
    expect(counts["cut off"]).toBeGreaterThan(0);
    const lines = filesOf(root, samples.folder).map((text) => text.trim().split("\n").length);
    expect(lines.slice(0, 4)).toEqual([counts.kept, 50, 100, 20]);
    const calls = readFileSync(join(root, replies.folder, "calls.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(calls).toHaveLength(counts.calls!);
    expect(JSON.parse(calls[0]!).seeds.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const letters = Object.values(balance.balanced);
    expect(Math.max(...letters) - Math.min(...letters)).toBeLessThanOrEqual(1);
    const { asked } = server.count();
    await server.close();
    await generate(root);
    expect([asked > 0, server.count().asked]).toEqual([true, 0]);
  });

  it("completes the replies of a run that was killed before its manifest, and asks nothing for it", async () => {
    const root = newRoot();
    const { replies } = await generate(root);
    const { counts } = replies.manifest()!;
    rmSync(join(root, replies.path("manifest.json")));
    await server.close();
    expect((await generate(root)).replies.manifest()!.counts).toEqual(counts);
    expect(server.count().asked).toBe(0);
  });

  it("asks for nothing again when thresholds, sizes or the limit on calls change", async () => {
    const root = newRoot();
    const first = await generate(root);
    await server.close();
    const changes: Partial<SourceOptions>[] = [
      { thresholds: { duplicate: 0.69, contamination: 0.5 } },
      { balance: undefined },
      { split: { sizes: [40], validation: 20, subsets: "random", cluster: 0.5, seed: 7 } },
      { plan: { wanted: 120, perCall: 4.75, maxCalls: 101, trial: 10 } },
    ];
    const runs = new Set<string>([first.samples.id]);
    for (const change of changes) {
      const { replies, samples } = await generate(root, writeQuestions, change);
      expect([replies.id, server.count().asked]).toEqual([first.replies.id, 0]);
      runs.add(samples.id);
      await server.close();
    }
    expect(runs.size).toBe(changes.length); // the limit on calls decides no sample
    const { counts } = await generate(root, writeQuestions, {
      plan: { wanted: 180, perCall: 4.75, maxCalls: 100, trial: 10 },
    });
    expect(counts.kept).toBeGreaterThanOrEqual(180);
    expect(server.count().asked).toBe(counts.calls! - first.counts.calls!);
  });

  it.each([
    ["answers nothing", ""],
    ["refuses", "I'm sorry, but I can't help with that."],
    ["repeats one reply for ever", JSON.stringify([loadSeeds(projectRoot())[0]!.written])],
  ])("gives up a source that %s", async (_, reply) => {
    const root = newRoot();
    const error: Error = await generate(root, () => reply).catch((thrown) => thrown);
    expect(error.message).toMatch(/^10 calls gave 0 of 120 samples, and 'max_calls' allows 100\./);
    expect(error.message).not.toMatch(/per call/);
    expect(server.count().asked).toBe(10);
    const [, file] = /Rejected: .* \d+\. (\S+) has each of them/.exec(error.message)!;
    expect(readFileSync(join(root, file!), "utf8").trim().split("\n")).toHaveLength(10);
  });

  const KILLS = 12;
  it(`comes to the same set after kill -9 at ${KILLS} moments, and asks twice only what was in flight`, async () => {
    const [calm, wild] = [newRoot(), newRoot()];
    const undisturbed = await generate(calm);
    await server.close();
    server = await serveChat(writeQuestions, 30);
    const given = JSON.stringify({ root: wild, baseURL: server.baseURL });
    const worker = join(projectRoot(), "test/synthesis/generate-worker.ts");
    const options = { execArgv: ["--require", "tsx/cjs"], cwd: projectRoot() };
    for (let kill = 0; kill < KILLS; kill++) {
      const child = fork(worker, [given], options);
      await once(child, "message");
      setTimeout(() => child.kill("SIGKILL"), 20 + 60 * Math.random());
      await once(child, "exit");
    }
    const last = fork(worker, [given], { ...options, silent: true });
    const messages: unknown[] = [];
    let printed = "";
    last.on("message", (message) => messages.push(message));
    last.stderr!.on("data", (data) => (printed += data));
    await once(last, "close");
    expect([messages.at(-1), printed]).toEqual([undisturbed.samples.id, ""]);
    expect(filesOf(wild, undisturbed.samples.folder)).toEqual(filesOf(calm, undisturbed.samples.folder));
    expect(server.count().paidTwice).toBeLessThanOrEqual(KILLS * 4);
  }, 300_000);
});

describe("the kit's seeds", () => {
  const seeds = loadSeeds(projectRoot());
  it("are ten, of different situations and ways to ask", () => {
    expect(seeds).toHaveLength(10);
    expect(new Set(seeds.map(({ question }) => question.question)).size).toBe(10);
    for (const { question } of seeds) expect(question.options.length).toBeGreaterThanOrEqual(4);
  });

  it("are near no item of VIVA, at thresholds far stricter than those of samples", () => {
    if (!existsSync(VIVA)) return console.warn(`NOT RUN: seeds against VIVA's own file, as there is no ${VIVA}`);
    const known = knownTexts(loadBenchmark(VIVA), new Map(), []);
    const texts = seeds.map(({ question }, i) => toScreenable({ ...question, id: String(i) }));
    for (const contaminationMeasure of ["containment", "similarity"] as const) {
      const thresholds = { duplicate: 0.3, contamination: 0.2, contaminationOptions: 0.2, contaminationMeasure };
      expect(screen(texts, known, thresholds).rejected).toEqual([]);
    }
  });

  it("names a seed that is none", () => {
    const file = join(newRoot(), "seeds.json");
    writeFileSync(file, JSON.stringify([{ ...seeds[0]!.written, answer: "Z" }]));
    expect(() => loadSeeds(projectRoot(), file)).toThrow(/seeds\.json: seed 1: the answer is no option/);
    writeFileSync(file, JSON.stringify([{ ...seeds[0]!.written, options: "A" }]));
    expect(() => loadSeeds(projectRoot(), file)).toThrow(/seed 1, options: /);
  });
});
