import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Reply, textsById } from "../../lib/ask/index";
import { usageOf } from "../../lib/ask/reply";
import { createRandom } from "../../lib/random";
import { type Group, groups, openStudy } from "../../lib/study/index";
import { startCountingProxy } from "./counting-proxy";
import { type InferenceServer, startInferenceServer } from "./inference-server";
import { type Ended, start } from "./project";
import { copyPartlyDone, LLAMA, LLAVA, makeRehearsal, serveTeacher, VIVA_FILE } from "./rehearsal-project";

const KEY = "sk-rehearsal-0123456789";
const KILLS = 10;
const REPORT = "report/rehearsal";
const hasViva = existsSync(VIVA_FILE);
if (!hasViva)
  console.warn(`The rehearsal is skipped: ${VIVA_FILE} is not there. VIVA's licence keeps it out of the kit.`);

interface PlanJson {
  steps: { name: string; requests?: number; tokens?: { prompt: number; completion: number }; onCard: boolean }[];
  totals: { requests: number; usd: { live: number; batch: number; charged: number } };
  needs: unknown[];
}
interface StudyJson {
  steps: { name: string; state: string }[];
  results: object[];
}

/** A study with servers of its own; from a finished one, part of the work is taken over. */
async function begin(from?: string) {
  const proxy = await startCountingProxy(inference.baseURL);
  const openai = await serveTeacher();
  const make = (...urls: [string, string]) => (from ? copyPartlyDone(from, ...urls) : makeRehearsal(...urls));
  const root = make(openai.baseURL, proxy.baseURL);
  roots.push(root);
  const wov = (...args: string[]): Promise<Ended> => start(root, args, { OPENAI_API_KEY: KEY }).ended;
  const close = () => Promise.all([proxy.close(), openai.close()]);
  return { root, proxy, openai, wov, close };
}

let inference: InferenceServer;
const roots: string[] = [];
afterAll(async () => {
  await inference?.close();
  for (const root of roots) rmSync(root, { recursive: true });
});

/**
 * Rehearses the study of the paper.
 *
 * @param only the parts of the study; all of them take about six minutes on two free cores
 */
export function rehearse(only: readonly Group[] = groups): void {
  const STUDY = ["study", "--profile", "rehearsal.yaml", "--only", ...only];
  describe.skipIf(!hasViva)("the study of the paper, with other names", () => {
    let study: Awaited<ReturnType<typeof begin>>;
    let plan: PlanJson;
    let done: Ended;
    let printed: StudyJson;

    beforeAll(async () => {
      inference = await startInferenceServer([LLAMA, LLAVA]);
      study = await begin();
      plan = JSON.parse((await study.wov(...STUDY, "--plan", "--json")).stdout);
      done = await study.wov(...STUDY, "--budget", "1", "--json");
      printed = JSON.parse(done.stdout || "{}");
    });
    afterAll(() => study?.close());

    it("runs to its end: every step, every cell", () => {
      expect([done.code, done.stderr]).toEqual([0, expect.stringContaining("Report: ")]);
      const finished = new Set(printed.steps.flatMap(({ name, state }) => (state === "done" ? [name] : [])));
      expect(plan.steps.filter(({ name }) => !finished.has(name))).toEqual([]);
      // Six models; 19 trainings on text and 3 on own labels, with 2 seeds each; 3 models with other pictures, 2 seeds.
      expect(printed.results).toHaveLength(only === groups ? 6 + 2 * (19 + 3) + 2 * 3 : 6);
      for (const result of printed.results) expect(result).toMatchObject({ items: 39 });
    });

    it("gets the same replies from a real inference server as from a job of its own", () => {
      const { layout } = openStudy(join(study.root, "rehearsal.yaml"), study.root);
      const textsOf = (model: string) => {
        const { step } = layout.cells.find(({ cell }) => cell.model === model && !cell.trained)!;
        const records = step.run.records<Reply>().sort((a, b) => Number(a.custom_id) - Number(b.custom_id));
        const texts = textsById(records, model);
        return records.map((record) => [texts.get(record.custom_id), usageOf(record)]);
      };
      expect(textsOf("served")).toEqual(textsOf("llava-onevision"));
      expect(new Set(textsOf("served").map(([text]) => text)).size).toBeGreaterThan(2);
    });

    it("was planned: the requests that the servers saw, and their tokens within 10 %", () => {
      const { proxy, openai } = study;
      const planned = (atOpenAi: boolean) => {
        const steps = plan.steps.filter(
          ({ requests, onCard, name }) => requests && !onCard && /gpt-4o/.test(name) === atOpenAi,
        );
        const sum = (of: (step: PlanJson["steps"][number]) => number) => steps.reduce((all, step) => all + of(step), 0);
        return {
          requests: sum(({ requests }) => requests!),
          tokens: sum(({ tokens }) => tokens!.prompt + tokens!.completion),
        };
      };
      expect(planned(true).requests).toBe(openai.paid.size);
      expect(planned(false).requests).toBe(proxy.seen.requests);
      const near = (plannedTokens: number, seen: number) => Math.abs(plannedTokens - seen) / seen;
      expect(near(planned(true).tokens, openai.bill.prompt_tokens + openai.bill.completion_tokens)).toBeLessThan(0.1);
      expect(near(planned(false).tokens, proxy.seen.prompt + proxy.seen.completion)).toBeLessThan(0.1);
      expect(plan.totals.usd.batch).toBeCloseTo(plan.totals.usd.live / 2);
      expect(plan.needs).toEqual([expect.objectContaining({ what: "pictures" })]);
    });

    it("adds up what it cost to what the servers were asked", () => {
      const { prompt_tokens: prompt, completion_tokens: completion } = study.openai.bill;
      const lines = readFileSync(join(study.root, REPORT, "costs.csv"), "utf8")
        .trim()
        .split("\n");
      const total = lines
        .at(-1)!
        .match(/("[^"]*"|[^,]*)(,|$)/g)!
        .map((cell) => cell.replace(/,$/, "").replace(/"|,/g, ""));
      expect(total.slice(4, 9).map(Number)).toEqual([
        study.openai.paid.size + study.proxy.seen.requests,
        0,
        prompt + study.proxy.seen.prompt,
        completion + study.proxy.seen.completion,
        Number(((prompt * 2.5 + completion * 10) / 2e6).toFixed(4)),
      ]);
    });

    it("sets the paper's numbers and choices beside its own", () => {
      const read = (name: string) => readFileSync(join(study.root, REPORT, name), "utf8");
      expect(read("agreement.md")).toContain("| Table 1 | Qwen2-VL |");
      expect(read("fidelity.md")).toMatch(/training|LoRA/);
      expect(read("seeds.md")).toContain("Over both");
      expect(read("table1.md")).toContain("1 of 40 items have no picture");
      expect(read("index.html")).not.toContain(KEY);
    });

    it("finds all done the second time, without a key, and makes a report anew that was edited", async () => {
      const table = join(study.root, REPORT, "table1.md");
      const before = readFileSync(table, "utf8");
      writeFileSync(table, before.replaceAll("39", "93"));
      const again = await start(study.root, STUDY).ended;
      expect([again.code, again.stdout]).toEqual([0, expect.stringContaining(before)]);
      expect(again.stderr).not.toMatch(/\[\d+\/\d+\]/);
    });

    it(`partly done, goes on after kill -9 of its process group at ${KILLS} moments: same tables, nothing billed twice`, async () => {
      const other = await begin(study.root);
      const random = createRandom("moments");
      for (let kill = 0; kill < KILLS; kill++) {
        const { child, ended } = start(other.root, [...STUDY, "--budget", "1"], { OPENAI_API_KEY: KEY });
        await new Promise((passed) => setTimeout(passed, 500 + 9000 * random.next()));
        if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
        await ended;
      }
      const { code, stdout } = await other.wov(...STUDY, "--budget", "1", "--json");
      expect([code, JSON.parse(stdout).results]).toEqual([0, printed.results]);
      for (const file of ["table1.csv", "table2.csv", "seeds.csv", "controls.csv", "figure2.svg"])
        expect(readFileSync(join(other.root, REPORT, file))).toEqual(readFileSync(join(study.root, REPORT, file)));
      expect([...other.openai.paid.values()]).toEqual(Array(study.openai.paid.size).fill(1));
      expect(other.openai.bill).toEqual(study.openai.bill);
      await other.close();
    });
  });
}
