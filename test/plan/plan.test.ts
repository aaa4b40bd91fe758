import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadPrices, priceWarning } from "../../lib/ask/index";
import { planStudy, type StudyPlan } from "../../lib/plan/index";
import { projectRoot } from "../../lib/root";
import { planTotals, toMarkdown } from "../../lib/show/index";
import { openRun } from "../../lib/store/index";
import { type Group, openStudy, type Study } from "../../lib/study/index";
import { drawBenchmark, finishByHand, makeScratch } from "../study/scratch";

/** VIVA's annotations may not be passed on, so they are not part of the kit. */
const VIVA = resolve(projectRoot(), "../shared/viva/VIVA_annotation.json");

let root: string;
/** The only folder in which programs are found. */
let programs: string;
beforeEach(() => {
  root = makeScratch();
  programs = join(root, "programs");
  mkdirSync(programs);
  vi.stubEnv("PATH", programs);
  vi.stubEnv("HF_HUB_CACHE", join(root, "no-models"));
  for (const secret of ["OPENAI_API_KEY", "HF_TOKEN"]) vi.stubEnv(secret, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const textOf = (name: string) => readFileSync(join(root, "data/profiles", `${name}.yaml`), "utf8");
/** Opens a changed copy of a shipped profile. */
function copyOf(name: string, change: (text: string) => string): Study {
  writeFileSync(join(root, "copy.yaml"), change(textOf(name)));
  return openStudy(join(root, "copy.yaml"), root);
}
const stepOf = ({ steps }: StudyPlan, name: string) => steps.find(({ step }) => step.name === name)!;
/** What is missing, without what depends on this machine's disk. */
const needsOf = ({ needs }: StudyPlan) => needs.filter(({ what }) => what !== "disk").map(({ what }) => what);

describe("the plan of a profile on a machine without runs", () => {
  it.each([
    // Prepared benchmark; captions; 2 + 3 answers before training; text of 3 sources that are asked, and of 4;
    // 7 + 10 + 10 trainings, and 3 on own labels; answers after each, and 3 to other items' pictures; own labels.
    [
      "paper",
      {
        open: 1 + 1 + 5 + 3 + 4 + 30 + (30 + 3) + 3 + 3,
        requests: 6527,
        jobRequests: 39 * 1240 + 2 * 8858 + 3 * 20_000,
      },
    ],
    // The same with 2 + 2 models, 2 sources that are asked, 3 seeds, and 8 trainings for each VLM.
    [
      "small",
      { open: 1 + 1 + 4 + 2 + 3 + 54 + (54 + 6) + 2 + 2, requests: 2334, jobRequests: 65 * 1240 + 5250 + 2 * 3000 },
    ],
  ])("%s: steps, requests and calls", async (name, totals) => {
    const plan = await planStudy(openStudy(name, root));
    expect(plan.totals).toMatchObject(totals);
    expect(plan.steps).toHaveLength(totals.open);
    expect(plan.steps.every(({ state }) => state === "new")).toBe(true);
    const asked = plan.steps.filter(({ onCard, requests }) => !onCard && requests !== undefined);
    expect(asked.map(({ step, requests }) => [step.group, requests])).toEqual([["synthesis", totals.requests]]);
  });

  it.each(["paper", "small"])(
    "%s: money is twice as much live as in batches, and likely no more than at most",
    async (name) => {
      const { totals, steps } = await planStudy(openStudy(name, root));
      const { live, batch, charged, atMost } = totals.usd;
      expect(batch).toBeGreaterThan(0);
      expect(live).toBeCloseTo(2 * batch, 9);
      expect(charged).toBe(batch); // both profiles ask their teacher through the Batch API
      for (const { usd } of steps) if (usd) expect(usd.atMost).toBeGreaterThanOrEqual(usd.charged);
      expect(atMost).toBeGreaterThan(charged);
      const { prompt, completion } = totals.tokens;
      const price = loadPrices(root).models[name === "paper" ? "gpt-4o-2024-11-20" : "gpt-4o-mini"]!;
      expect(live).toBeCloseTo((price.input * prompt + price.output * completion) / 1e6, 9);
    },
  );

  it("says what is missing, and what to do", async () => {
    const plan = await planStudy(openStudy("paper", root));
    expect(needsOf(plan)).toEqual(["key", "licence", "licence", "pictures", "runtime"]);
    const [key, llama, mllama, pictures, runtime] = plan.needs;
    expect(key).toMatchObject({ missing: "OPENAI_API_KEY, the key for https://api.openai.com/v1" });
    expect(llama!.todo).toMatch(/https:\/\/huggingface\.co\/meta-llama\/Llama-3\.1-8B-Instruct, and set HF_TOKEN/);
    expect(mllama!.missing).toContain("meta-llama/Llama-3.2-11B-Vision-Instruct");
    expect(pictures!.missing).toMatch(/^1240 pictures are fetched from their addresses/);
    expect(runtime!.missing).toMatch(/a GPU: this machine has none.*NVIDIA A100 80 GB/);
  });

  it("does not miss what is there", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-test");
    writeFileSync(join(root, ".env"), "HF_TOKEN=hf_test\n");
    const smi = join(programs, "nvidia-smi");
    writeFileSync(smi, "#!/bin/sh\necho 'GPU 0: made up'\n");
    chmodSync(smi, 0o755);
    expect(needsOf(await planStudy(openStudy("paper", root)))).toEqual(["pictures"]);
  });

  it("misses the prices, the memory and the pictures of a copy that asks for more", async () => {
    mkdirSync(join(root, "photos"));
    const plan = await planStudy(
      copyOf("paper", (text) =>
        text
          .replace("{ kind: viva }", "{ kind: viva, images: photos }")
          .replace("model: gpt-4o-2024-11-20", "model: gpt-99")
          .replace("a100-80gb", "rtx-4090"),
      ),
    );
    const missing = (what: string) => plan.needs.filter((need) => need.what === what).map((need) => need.missing);
    expect(missing("price")).toEqual([expect.stringMatching(/^no price is known for 'gpt-99'/)]);
    expect(missing("pictures")).toEqual(["1240 of 1240 pictures are not in the folder"]);
    expect(missing("memory")).toContainEqual(
      expect.stringMatching(/^mllama is trained on .*: about \d+ GB, and NVIDIA RTX 4090 has 24$/),
    );
    expect(plan.totals.usd).toEqual({ live: 0, batch: 0, charged: 0, atMost: 0 });
    expect(plan.steps.find(({ noPrice }) => noPrice)!.step.name).toBe("gpt-4o generates samples");
  });

  it("reckons with batches of no more tokens than the profile allows", async () => {
    const gigabytes = async (limit: string) => {
      const plan = await planStudy(
        copyOf("paper", (text) => text.replace("  batch: 16 # ours", `  batch: 16${limit}`)),
      );
      return stepOf(plan, "llava-onevision decides on pictures").memoryGb!;
    };
    const [free, limited, least] = [await gigabytes(""), await gigabytes("\n  batch_tokens: 20000"), 16];
    expect(free).toBeGreaterThan(limited + 1);
    expect(limited).toBeGreaterThan(least); // the weights
    expect(await gigabytes("\n  batch_tokens: 10000000")).toBe(free);
  });

  it("names the chain that takes longest: captions, generation, training, answers", async () => {
    const { longest } = await planStudy(openStudy("paper", root));
    expect(longest.steps).toEqual([
      "llava-onevision describes the pictures",
      "gpt-4o generates samples",
      expect.stringMatching(/^\S+ is trained on 30000 from gpt-4o$/),
      expect.stringMatching(/^\S+ decides on pictures, trained on 30000 from gpt-4o$/),
    ]);
    expect(longest.hours).toBeGreaterThan(24);
  });

  it("asks, downloads and writes nothing", async () => {
    vi.stubGlobal("fetch", () => {
      throw new Error("something was fetched");
    });
    try {
      await planStudy(openStudy("paper", root));
    } finally {
      vi.unstubAllGlobals();
    }
    expect([existsSync(join(root, "runs")), existsSync(join(root, "data/viva"))]).toEqual([false, false]);
  });

  it.skipIf(!existsSync(VIVA))(
    "with VIVA's file there (skipped without it): the same counts, from its own texts",
    async () => {
      const without = await planStudy(openStudy("paper", root));
      mkdirSync(join(root, "data/viva"));
      symlinkSync(VIVA, join(root, "data/viva/VIVA_annotation.json"));
      const plan = await planStudy(openStudy("paper", root));
      const counts = ({ totals: { open, requests, jobRequests } }: StudyPlan) => ({ open, requests, jobRequests });
      expect(counts(plan)).toEqual(counts(without));
      expect(plan.steps.map(({ step, requests, samples }) => [step.run.id, requests, samples])).toEqual(
        without.steps.map(({ step, requests, samples }) => [step.run.id, requests, samples]),
      );
      // What is assumed of VIVA's texts is near what they are.
      const read = (one: StudyPlan) => stepOf(one, "qwen2 decides on captions").tokens!.prompt;
      expect(read(plan)).not.toBe(read(without));
      expect(Math.abs(read(plan) / read(without) - 1)).toBeLessThan(0.05);
    },
  );

  it("pocket: nothing is paid or missing, and a CPU replaces the card", async () => {
    const plan = await planStudy(openStudy("pocket", root));
    expect(plan.totals).toMatchObject({ usd: { live: 0, batch: 0, charged: 0, atMost: 0 }, requests: 500 });
    // Captions, 2 LLMs and 3 VLMs; after 17 trainings, 3 by a method, 3 on own labels; shuffled pictures.
    const plain = (1 + 2 + 3 + 17 + 3 + 3 + 3) * 1240;
    // Eight models, before and after training, of which two read captions.
    const variants = 8 * 4 * 300 + 6 * 1240 + 8 * 1240;
    const written = [Math.ceil(1100 / 0.53), Math.ceil(1100 / 0.75)] as const; // samples that are checked
    const calls = Math.ceil(written[0] / 4) + Math.ceil(written[1] / 3.5);
    expect(plan.totals.jobRequests).toBe(plain + variants + calls + 5 * (written[0] + written[1]) + 3 * 1000);
    expect(needsOf(plan)).toEqual([]);
    expect(plan.card.label).toMatch(/CPU/);
    expect(plan.totals.cardHours).toBeGreaterThan(0);
    expect(plan.notes.join(" ")).toContain("the model's own tokenizer");
  });

  it("leaves out the parts that are not wanted, but not what they need", async () => {
    const { steps } = await planStudy(openStudy("paper", root), ["synthesis"]);
    expect(new Set(steps.map(({ step }) => step.name))).toEqual(
      new Set([
        "prepare the benchmark viva",
        "llava-onevision describes the pictures",
        ...["gpt-4o", "llama", "qwen2"].flatMap((id) => [
          `${id} generates samples`,
          `screen and divide what ${id} generated`,
        ]),
        "read, screen and divide the dataset released",
      ]),
    );
  });
});

describe("what is left of a plan", () => {
  const NAME = "llama decides on captions";
  const plan = (part: Group = "pilot") => planStudy(openStudy("pocket", root), [part]);
  const step = () => openStudy("pocket", root).layout.steps.find(({ name }) => name === NAME)!;
  const reply = (id: number) => ({ custom_id: String(id), response: { status_code: 200, body: { choices: [] } } });

  it("is all that a begun step has not answered yet", async () => {
    const before = await plan();
    const { run } = step();
    const release = run.lock();
    run.append(Array.from({ length: 240 }, (_, i) => reply(i + 1)));
    release();
    const after = await plan();
    expect(stepOf(after, NAME)).toMatchObject({ state: "begun", requests: 1000 });
    expect(stepOf(after, NAME).tokens!.prompt).toBeLessThan(stepOf(before, NAME).tokens!.prompt);
    expect(after.totals.jobRequests).toBe(before.totals.jobRequests - 240);
    expect(after.totals.open).toBe(before.totals.open);
  });

  it("is nothing of a step that is done", async () => {
    const before = await plan();
    finishByHand(step());
    const after = await plan();
    expect(stepOf(after, NAME)).toEqual({ step: expect.anything(), state: "done", onCard: false });
    expect(after.totals.open).toBe(before.totals.open - 1);
    expect(after.totals.jobRequests).toBe(before.totals.jobRequests - 1240);
    expect(after.totals.cardHours).toBeLessThan(before.totals.cardHours);
  });

  it("is all of a step that is damaged", async () => {
    const before = await plan();
    const { run } = step();
    finishByHand(step(), () => run.append([reply(1)]));
    appendFileSync(join(root, run.path("records.jsonl")), "{}\n");
    const after = await plan();
    expect(stepOf(after, NAME)).toMatchObject({ state: "damaged", requests: 1240 });
    expect(toMarkdown(planTotals(after))).toMatch(/\| steps to do \| \d+ \(1 damaged: see `wov verify`\) \|/);
    expect(after.totals).toMatchObject({ open: before.totals.open, jobRequests: before.totals.jobRequests });
  });

  it("is what a source that grows is expected to need still", async () => {
    const { run } = openStudy("pocket", root).layout.sources.llama!.replies!;
    const release = run.lock();
    run.append(Array.from({ length: 25 }, (_, i) => ({ ...reply(i), custom_id: `call-${i}` })));
    release();
    expect(stepOf(await plan("synthesis"), "llama generates samples")).toMatchObject({
      state: "begun",
      requests: 519 - 25,
    });
  });

  it("takes as long as earlier runs of the same model took, or else what the card's data say", async () => {
    const TRAINED = "qwen2-vl is trained on 500 from teacher";
    const before = await plan("training");
    const { steps } = before;
    const spec = (name: string) =>
      steps.find((one) => one.step.name === name)!.step.run.spec.spec as Record<string, unknown>;
    const record = (kind: string, made: object, outcome: object) => {
      const run = openRun(root, { step: kind, name: "earlier", spec: made, parents: [] });
      const release = run.lock();
      run.finish({ counts: {}, ...outcome });
      release();
    };
    const { backend } = step().run.spec.spec as { backend: object };
    record("ask", { backend }, { tokens: { prompt: 900, completion: 100 }, seconds: 20 });
    record("train", { model: spec(TRAINED).model, settings: { epochs: 2 } }, { counts: { samples: 100 }, seconds: 50 });
    const after = await plan("training");
    const { tokens, seconds } = stepOf(await plan(), NAME);
    expect(seconds).toBeCloseTo(0.02 * (tokens!.prompt + tokens!.completion), 6);
    expect(stepOf(after, TRAINED).seconds).toBeCloseTo((50 / 200) * 500 * 3, 6);
    const other = "mllama is trained on 500 from teacher";
    expect(stepOf(after, other).seconds).toBe(stepOf(before, other).seconds);
    expect(stepOf(before, other).seconds).toBeGreaterThan(0);
  });
});

describe("requests that are equal", () => {
  const plan = async (llm: string) => {
    const text = textOf("pocket")
      .replace("{ kind: pocket, items: 1240 }", "{ kind: file, file: bench.json, images: pictures }")
      .replace(
        "models:\n",
        'endpoints:\n  twin: { url: "http://127.0.0.1:9/v1" }\n' +
          '  box: { url: "http://127.0.0.1:9/v1", price: { input: 1, output: 1 }, concurrency: 4 }\nmodels:\n',
      )
      .replace(/ {2}teacher: \{ label.*\n/, "")
      .replace(" sizes: [1000],", "")
      .replace("shared_sources: [teacher, llama]", "shared_sources: [llama]")
      .replace("teacher: teacher", "teacher: llama")
      .replace("{ path: data/pocket/models/llama,", `{ ${llm},`);
    writeFileSync(join(root, "equal.yaml"), text);
    return planStudy(openStudy(join(root, "equal.yaml"), root), ["pilot"]);
  };

  it("are sent once to a live endpoint, and each to a batch or a job", async () => {
    // Six items, of which the last two repeat the first two, with captions that say the same.
    const drawn = drawBenchmark(root, 6).map(({ row }) => row);
    const repeated = drawn.map((row, i) =>
      i < 4 ? row : { ...row, action_list: drawn[i - 4]!.action_list, answer: drawn[i - 4]!.answer },
    );
    writeFileSync(join(root, "bench.json"), JSON.stringify(repeated));
    await plan("path: data/pocket/models/llama");
    const { captions } = openStudy(join(root, "equal.yaml"), root).layout;
    const caption = (i: number) => ({
      custom_id: String(drawn[i]!.index),
      response: { status_code: 200, body: { choices: [{ message: { content: `Caption ${i % 4}.` } }] } },
      error: null,
    });
    finishByHand(captions, () => captions.run.append(drawn.map((_, i) => caption(i))));
    const asked = async (llm: string) => {
      const { requests, usd } = (await plan(llm)).steps.find(({ step }) => /^\S+ decides on captions/.test(step.name))!;
      return { requests, isPaid: usd !== undefined };
    };
    const live = (await plan("endpoint: box, name: big")).steps.find(
      ({ step }) => step.name === "llama decides on captions",
    );
    expect(live!.seconds).toBeCloseTo(live!.tokens!.completion / 60 / 4, 9); // 60 tokens per second and reply
    expect(await asked("path: data/pocket/models/llama")).toEqual({ requests: 6, isPaid: false });
    expect(await asked("endpoint: box, name: big")).toEqual({ requests: 4, isPaid: true });
    expect(await asked("endpoint: box, name: big, mode: batch")).toEqual({ requests: 6, isPaid: true });
  });
});

describe("old prices", () => {
  const prices = (date: string) => {
    unlinkSync(join(root, "data/prices.json"));
    const { models, source } = JSON.parse(readFileSync(join(projectRoot(), "data/prices.json"), "utf8"));
    writeFileSync(join(root, "data/prices.json"), JSON.stringify({ date, source, models }));
  };
  const warnings = async (name: string) =>
    (await planStudy(openStudy(name, root), ["synthesis"])).notes.filter((note) => /prices/.test(note));

  it("are warned of in a plan that costs money, with the page to compare them with", async () => {
    prices("2020-01-01");
    expect(await warnings("small")).toEqual([
      expect.stringMatching(
        /^Warning: the prices in data\/prices\.json are \d+ days old \(2020-01-01\): compare them with https:\/\/platform\.openai\.com\S+, and update the file\.$/,
      ),
    ]);
    expect(await warnings("pocket")).toEqual([]);
  });

  it("are not warned of before they are old", async () => {
    prices(new Date().toISOString().slice(0, 10));
    expect(await warnings("small")).toEqual([]);
  });

  it("are those of more than 180 days", () => {
    const day = (n: number) => new Date(Date.parse("2026-01-01") + n * 86_400_000);
    const of = { date: "2026-01-01", source: "s", models: {} };
    expect([priceWarning(of, day(180)), priceWarning(of, day(181))]).toEqual([
      undefined,
      expect.stringContaining("181 days old"),
    ]);
  });
});
