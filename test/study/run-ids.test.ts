import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { projectRoot } from "../../lib/root";
import { openStudy } from "../../lib/study/index";

const root = projectRoot();
const folder = mkdtempSync(join(tmpdir(), "wov-ids-"));
afterAll(() => rmSync(folder, { recursive: true }));
/**
 * The shipped profile, but with each source at every size, so that each can be the teacher, and without other ways of
 * asking and training, which are changes here.
 */
const shipped = readFileSync(join(root, "data/profiles/pocket.yaml"), "utf8")
  .replace(/( sizes: \[1000\],)|(\n {4}sizes: \[1000\])/g, "")
  .replace(/^(?:variants|methods):.*\n/gm, "")
  .replace(", likelihood: letter }", " }");

type Tree = Record<string, unknown>;

/** Ids of the runs of a profile, by the names of its steps; of a name that is a cause itself the id tells nothing. */
function idsOf(profile: Tree): Map<string, string> {
  const file = join(folder, "profile.yaml");
  writeFileSync(file, stringify(profile));
  return new Map(
    openStudy(file, root).layout.steps.map(({ name, run }) => [name, run.id.slice(run.id.lastIndexOf("-"))]),
  );
}

/** A profile, by default the shipped one, with one key changed. */
function changed(path: string, value: unknown, text = shipped): Tree {
  const profile = parse(text) as Tree;
  const keys = path.split(".");
  const last = keys.pop()!;
  const at = keys.reduce((tree, key) => tree[key] as Tree, profile);
  at[last] = value;
  return profile;
}

const before = idsOf(parse(shipped) as Tree);

/** Kinds of steps, each with how its steps' names begin or end. */
const KINDS: Record<string, RegExp> = {
  "trainings by methods": / is trained on .*, one-epoch$/,
  "answers after methods": /decides on .*, one-epoch$/,
  "other inputs after training": /(?:options moved by \d|without pictures|own sentences), after training$/,
  "other inputs": /options moved by \d$|without pictures$|own sentences$/,
  benchmark: /^prepare the benchmark/,
  captions: /describes the pictures$/,
  "answers on captions": /decides on captions$/,
  "answers on pictures": /decides on pictures$/,
  replies: /generates samples$/,
  samples: /^screen and divide/,
  checks: /answers its own questions again$/,
  "checked samples": /pass its own check$/,
  trainings: / is trained on \d+ from (?!own-labels)/,
  "answers after training": /decides on pictures, trained on \d+ from (?!own-labels)/,
  "own labels": /answers the teacher's questions$/,
  relabelled: /^replace the teacher's answers/,
  "trainings on own labels": / is trained on \d+ from own-labels/,
  "answers after own labels": /decides on pictures, trained on \d+ from own-labels/,
  "shuffled pictures": /shuffled, after training$/,
};
const kindOf = (name: string) => Object.keys(KINDS).find((kind) => KINDS[kind]!.test(name)) ?? `none: ${name}`;

/** The kinds of which at least one step has another id, or is new. */
function changedKinds(profile: Tree, from = before): string[] {
  const after = idsOf(profile);
  const kinds = [...after].filter(([name, id]) => from.get(name) !== id).map(([name]) => kindOf(name));
  return Object.keys(KINDS).filter((kind) => kinds.includes(kind));
}

const OTHER_INPUTS = ["other inputs", "other inputs after training"];
const NOT_IN_PROFILE = [...OTHER_INPUTS, "trainings by methods", "answers after methods"];
const ALL = Object.keys(KINDS).filter((kind) => !NOT_IN_PROFILE.includes(kind));
const AFTER_TRAINING = [
  "trainings",
  "answers after training",
  "trainings on own labels",
  "answers after own labels",
  "shuffled pictures",
];
const FROM_SAMPLES = [
  "samples",
  "checks",
  "checked samples",
  "trainings",
  "answers after training",
  "own labels",
  "relabelled",
  "trainings on own labels",
  "answers after own labels",
  "shuffled pictures",
];
/** What the text of a source that is also checked determines; the teacher's is not. */
const FROM_CHECKED = ["samples", "checks", "checked samples", "trainings", "answers after training"];
const DECISIONS = ALL.filter((kind) => /^answers|^shuffled/.test(kind));
const BY_JOBS = ALL.filter((kind) => kind !== "benchmark");
const without = (kinds: string[], ...those: string[]) => kinds.filter((kind) => !those.includes(kind));

/** Every key of the profile with another value, and the kinds of runs that change. */
const CHANGES: [path: string, value: unknown, kinds: string[]][] = [
  ["name", "mine", []],
  ["evidence", "Mine.", []],
  ["seed", 8, without(ALL)],
  ["benchmark.items", 1000, without(ALL, "replies")],
  ["models.llama.label", "Other", []],
  ["models.qwen2-vl.label", "Other", []],
  ["models.mllama.base", "qwen2", ["trainings", "answers after training"]],
  [
    "models.qwen2.path",
    "data/pocket/models/llama",
    [
      "answers on captions",
      ...without(
        FROM_SAMPLES,
        "own labels",
        "relabelled",
        "trainings on own labels",
        "answers after own labels",
        "shuffled pictures",
      ),
      "replies",
    ],
  ],
  ["captioner", "qwen2-vl", without(ALL, "benchmark", "answers on pictures", "replies")],
  ["sources.teacher.label", "Other", []],
  ["sources.teacher.per_call", 4.5, without(FROM_SAMPLES, "checks", "checked samples")],
  ["sources.teacher.max_calls", 2000, []],
  ["sources.llama.max_calls", 2000, []],
  ["sources.llama.sizes", [500, 1000], FROM_CHECKED],
  ["sources.llama-checked.source", "qwen2", FROM_CHECKED],
  ["sources.llama-checked.check.orders", 4, ["checks", "checked samples", "trainings", "answers after training"]],
  ["sources.llama-checked.check.keep", "all", ["checked samples", "trainings", "answers after training"]],
  ["sources.llama-checked.expect", 0.5, FROM_CHECKED],
  [
    "teacher",
    "llama",
    ["own labels", "relabelled", "trainings on own labels", "answers after own labels", "shuffled pictures"],
  ],
  ["shared_sources", ["teacher"], []],
  ["controls", false, []],
  ["shared_sources", ["teacher", "llama", "qwen2"], ["trainings", "answers after training"]],
  ["synthesis.max_tokens", 261, ["replies", ...FROM_SAMPLES]],
  ["synthesis.examples", 9, ["replies", ...FROM_SAMPLES]],
  ["synthesis.duplicate", 0.94, FROM_SAMPLES],
  ["synthesis.contamination", 0.9, FROM_SAMPLES],
  ["synthesis.contamination_options", 0.9, FROM_SAMPLES],
  ["synthesis.contamination_measure", "containment", FROM_SAMPLES],
  ["synthesis.balance", false, FROM_SAMPLES],
  ["synthesis.validation", 99, FROM_SAMPLES],
  ["synthesis.cluster", 0.9, FROM_SAMPLES],
  ["synthesis.subsets", "random", FROM_SAMPLES],
  ["prompts", { training: "scripts" }, FROM_SAMPLES],
  [
    "prompts",
    { asking: "scripts" },
    without(
      BY_JOBS,
      "captions",
      "replies",
      "samples",
      "checks",
      "checked samples",
      "trainings",
      "own labels",
      "relabelled",
      "trainings on own labels",
    ),
  ],
  ["synthesis.completion", "option", FROM_SAMPLES],
  ["sizes", [500, 1000, 2000, 2100], FROM_SAMPLES],
  ["training.rank", 16, AFTER_TRAINING],
  ["training.alpha", 32, AFTER_TRAINING],
  ["training.dropout", 0, AFTER_TRAINING],
  ["training.learning_rate", 0.002, AFTER_TRAINING],
  ["training.epochs", 2, AFTER_TRAINING],
  ["training.batch", 16, AFTER_TRAINING],
  ["training.scheduler", "cosine", AFTER_TRAINING],
  ["training.loss", "conversation", AFTER_TRAINING],
  ["training.warmup", 5, AFTER_TRAINING],
  ["training.keep", "best", without(AFTER_TRAINING, "trainings on own labels", "answers after own labels")],
  ["training.seeds", [8], AFTER_TRAINING],
  ["variants", ["no-picture", { name: "option-rotation", items: 300 }], OTHER_INPUTS],
  ["methods", { "one-epoch": { label: "1 epoch", epochs: 1 } }, ["trainings by methods", "answers after methods"]],
  ["decoding.answer_tokens", 9, without(BY_JOBS, "captions", "replies", "samples")],
  ["decoding.caption_tokens", 49, without(BY_JOBS, "answers on pictures", "replies")],
  ["decoding.batch", 32, BY_JOBS],
  ["decoding.batch_tokens", 60000, BY_JOBS],
  ["decoding.likelihood", "off", []],
  ["decoding.likelihood", "letter", DECISIONS],
  ["decoding.likelihood", "text", DECISIONS],
  ["runtime.threads", 2, []],
  ["runtime.dtype", "bfloat16", BY_JOBS],
  ["runtime.card", "h100", []],
  ["runtime.training", { micro_batch: 4, gradient_checkpointing: true, packing: "off", gpus: 2 }, []],
  ["runtime.detach", true, []],
  ["runtime", { kind: "ssh", host: "gpu1", folder: "/data/wov", threads: 8, dtype: "float32" }, []],
  ["runtime", { kind: "slurm", folder: "/data/wov", threads: 8, dtype: "float32" }, []],
  ["runtime", { kind: "ray", url: "http://127.0.0.1:8265", folder: "/data", threads: 8, dtype: "float32" }, []],
  ["runtime", { kind: "hf-jobs", namespace: "me", threads: 8, dtype: "float32" }, []],
  ["models.llama.parameters", 8e9, []],
  ["models.llama.gated", true, []],
  ["models.llama.published", "Llama", []],
  ["models.llama.mode", "batch", []],
  ["sources.teacher.published", "GPT-4o", []],
  ["endpoints", { spare: { url: "https://spare.example/v1" } }, []],
];

describe("a change of the profile", () => {
  it.each(CHANGES)("%s: %j changes these runs alone", (path, value, kinds) => {
    expect(changedKinds(changed(path, value)).sort()).toEqual([...kinds].sort());
  });

  it("is tried for every key that the shipped profile has", () => {
    const leaves = (tree: unknown, path: string[] = []): string[] =>
      typeof tree === "object" && tree !== null && !Array.isArray(tree)
        ? Object.entries(tree).flatMap(([key, value]) => leaves(value, [...path, key]))
        : [path.join(".")];
    /** One model and one source speak for the others; kinds and references are checked when a profile is read. */
    const generic = (path: string) => path.replace(/^(models|sources)\.[^.]+\./, "$1.*.");
    const tried = new Set(CHANGES.map(([path]) => generic(path)));
    const untried = leaves(parse(shipped))
      .map(generic)
      .filter((path) => !tried.has(path) && !/\.(kind|model)$/.test(path));
    expect(untried).toEqual([]);
  });

  it("of a model's id in the profile changes no run", () => {
    const renamed = parse(
      shipped
        .replaceAll(/\bllava-onevision\b(?!, label)/g, "onevision")
        .replaceAll("models/onevision", "models/llava-onevision"),
    ) as Tree;
    expect(new Set(idsOf(renamed).values())).toEqual(new Set(before.values()));
  });
});

/** The same, but an endpoint answers for an LLM that is also a source, for the captioner, and is a source itself. */
const served = shipped
  .replace(
    "models:\n",
    "endpoints:\n  box: { url: https://box.example/v1, key: BOX_KEY, price: { input: 1, output: 1 }, extra: { top_k: 1 } }\nmodels:\n",
  )
  .replace("models/llama, label", "models/llama, endpoint: box, name: big-llama, label")
  .replace("models/llava-onevision, label", "models/llava-onevision, endpoint: box, name: big-llava, label")
  .replace(
    "sources:\n",
    "sources:\n  api: { label: API, kind: endpoint, endpoint: box, model: writer, max_calls: 9 }\n",
  )
  .replace("[teacher, llama]", "[teacher, llama, api]");
const servedBefore = idsOf(parse(served) as Tree);

const BY_THE_BOX = without(ALL, "benchmark");
const NOT_BY_THE_BOX = /^(qwen2|qwen2-vl|mllama) decides on pictures$|^(teacher|qwen2) generates samples$/;

const SERVED: [path: string, value: unknown, kinds: string[]][] = [
  ["endpoints.box.url", "https://box.example:8443/v1", []],
  ["endpoints.box.url", "https://box.example/openai/v1", []],
  ["endpoints.box.url", "https://other.example/v1", BY_THE_BOX],
  ["endpoints.box.extra", { top_k: 2 }, BY_THE_BOX],
  ["endpoints.box.key", "OTHER_KEY", []],
  ["endpoints.box.concurrency", 3, []],
  ["endpoints.box.price", { input: 0, output: 0 }, []],
  ["models.llama.mode", "batch", []],
  ["models.llava-onevision.mode", "batch", []],
  ["models.llama.label", "Other", []],
  // The run that a name at the endpoint makes is another; so are those of what is made of its answers.
  [
    "models.llama.name",
    "bigger-llama",
    [
      "answers on captions",
      "replies",
      ...without(
        FROM_SAMPLES,
        ...["own labels", "relabelled", "trainings on own labels", "answers after own labels", "shuffled pictures"],
      ),
    ],
  ],
  // What is trained is the folder, and what is asked is who answers.
  ["models.llama.path", "data/pocket/models/qwen2", []],
  ["models.llava-onevision.path", "data/pocket/models/qwen2-vl", AFTER_TRAINING],
  ["sources.api.mode", "batch", []],
  ["sources.api.published", "GPT-4o", []],
  ["sources.api.max_calls", 10, []],
  ["sources.api.sizes", [500], ["samples", "trainings", "answers after training"]],
  ["sources.api.model", "other-writer", ["replies", "samples", "trainings", "answers after training"]],
];

describe("a change of an endpoint", () => {
  it.each(SERVED)("%s: %j changes these runs alone", (path, value, kinds) => {
    expect(changedKinds(changed(path, value, served), servedBefore).sort()).toEqual([...kinds].sort());
  });

  it("leaves alone what it has not answered", () => {
    const after = idsOf(changed("endpoints.box.url", "https://other.example/v1", served));
    const same = [...after].filter(([name, id]) => servedBefore.get(name) === id && kindOf(name) !== "benchmark");
    const alone = [...after.keys()].filter((name) => NOT_BY_THE_BOX.test(name));
    expect(alone).toHaveLength(4);
    expect(same.map(([name]) => name)).toEqual(alone);
  });
});

describe("a change of a dataset", () => {
  const data = join(folder, "released.jsonl");
  const seeds = join(folder, "seeds.json");
  const row = { situation: "A boy fell.", question: "What first?", options: ["A. Help.", "B. Walk on."], answer: "A" };
  const write = (answer: string) => writeFileSync(data, `${JSON.stringify({ ...row, answer })}\n`);
  const given = shipped.replace(
    "sources:\n",
    `sources:\n  released: { label: Released, kind: dataset, dataset: ${data}, sizes: [500] }\n`,
  );
  const idOf = (profile: Tree) => idsOf(profile).get("read, screen and divide the dataset released");

  it("of its rows, its columns or the seed questions that it is screened against makes another run", () => {
    write("A");
    writeFileSync(seeds, readFileSync(join(root, "data/seeds.json")));
    const first = idOf(parse(given) as Tree);
    expect(first).toBeDefined();
    expect(idOf(changed("sources.released.label", "Other", given))).toBe(first);
    const others = [
      idOf(changed("sources.released.columns", { answer: "answer" }, given)),
      idOf(changed("synthesis.seeds", seeds, given)),
    ];
    write("B");
    others.push(idOf(parse(given) as Tree));
    expect(new Set([first, ...others]).size).toBe(4);
  });
});
