import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countTokens } from "gpt-tokenizer/model/gpt-4o";
import { parse, stringify } from "yaml";
import { drawItems, drawScene, renderPng, seedQuestions, writeQuestion } from "../../lib/pocket/index";
import { renderQuestions } from "../../lib/prompts/index";
import { createRandom } from "../../lib/random";
import { projectRoot } from "../../lib/root";
import { openStudy } from "../../lib/study/index";
import { serveBatches } from "../ask/batch-server";
import { makeProject } from "./project";

/** Items, of which the last has no picture. */
export const ITEMS = 40;
const QUESTIONS_PER_REPLY = 5;
/** The models of the inference server, by their names there. */
export const [LLAMA, LLAVA] = ["data/pocket/models/llama", "data/pocket/models/llava-onevision"];

/** The file that users download; tests have it beside the project. */
export const VIVA_FILE = join(projectRoot(), "../shared/viva/VIVA_annotation.json");

type Tree = Record<string, Record<string, unknown>>;

/**
 * The profile of the paper with other names: VIVA's file and drawn pictures, tiny models, endpoints on loopback. Sizes
 * are small, and thresholds are those of the pocket world, since the tiny models write its texts.
 */
function rehearsalProfile(openai: string, server: string): Tree {
  const profile = parse(readFileSync(join(projectRoot(), "data/profiles/paper.yaml"), "utf8"));
  const { models, sources, synthesis, training } = profile;
  Object.assign(profile, { name: "rehearsal", sizes: [8, 16] });
  profile.benchmark = { kind: "viva", file: VIVA_FILE, images: "pictures", items: ITEMS };
  profile.endpoints.openai.url = openai;
  profile.endpoints.openai.price = { input: 2.5, output: 10 };
  profile.endpoints.server = { url: server, concurrency: 2, extra: {} };
  for (const [id, model] of Object.entries<Record<string, unknown>>(models)) {
    for (const key of ["revision", "parameters", "gated"]) delete model[key];
    model.path = `data/pocket/models/${id}`;
  }
  Object.assign(models.llama, { endpoint: "server", name: LLAMA });
  models.served = { endpoint: "server", name: LLAVA, label: "a VLM behind a server", kind: "vlm" };
  Object.assign(sources["gpt-4o"], { per_call: 4, max_calls: 40 });
  Object.assign(sources.llama, { per_call: 2, max_calls: 40 });
  Object.assign(sources.qwen2, { per_call: 2, max_calls: 40 });
  Object.assign(sources.released, { dataset: "released.jsonl", sizes: [8] });
  delete sources.released.revision;
  Object.assign(synthesis, {
    max_tokens: 260,
    duplicate: 0.95,
    contamination: 1,
    contamination_measure: "similarity",
    cluster: 0.95,
    validation: 4,
  });
  synthesis.seeds = "seeds.json";
  Object.assign(training, { seeds: [1, 2], learning_rate: 1e-3 });
  Object.assign(profile.decoding, { answer_tokens: 2, caption_tokens: 32, batch: 40 });
  profile.runtime = { threads: 1, dtype: "float32" };
  return profile;
}

/** A project with a profile `rehearsal.yaml`, its pictures, seed questions and dataset. */
export function makeRehearsal(openai: string, server: string): string {
  const root = makeProject();
  mkdirSync(join(root, "pictures"));
  for (const { row, picture } of drawItems("test", ITEMS - 1, 7))
    writeFileSync(join(root, "pictures", `${row.index}.jpg`), renderPng(picture.svg, 64));
  writeFileSync(join(root, "seeds.json"), JSON.stringify(seedQuestions()));
  const random = createRandom("released");
  const lines = Array.from({ length: 30 }, () => JSON.stringify(writeQuestion(drawScene(random), random)));
  writeFileSync(join(root, "released.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(join(root, "rehearsal.yaml"), stringify(rehearsalProfile(openai, server)));
  return root;
}

/** The runs of kinds that are made anew in any case: all that endpoints answer is among them. */
const AGAIN = ["benchmark", "samples"];

/**
 * A copy of a rehearsal at other endpoints in which part of the work is undone: the benchmark, everything that an endpoint
 * has answered, all samples, and every sixth training and answer of jobs.
 */
export function copyPartlyDone(done: string, openai: string, server: string): string {
  const root = makeRehearsal(openai, server);
  cpSync(join(done, "runs"), join(root, "runs"), { recursive: true });
  for (const [i, { step }] of openStudy(join(root, "rehearsal.yaml"), root).plan().entries())
    if (i % 6 === 0 || AGAIN.includes(step.run.spec.step) || step.uses === "api")
      rmSync(join(root, step.run.folder), { recursive: true, force: true });
  return root;
}

/** A stub of OpenAI with a Batch API, whose model knows the pocket world's rules and is charged by GPT-4o's tokens. */
export const serveTeacher = () =>
  serveBatches({
    outcome: (id) => {
      const random = createRandom("rehearsal", id);
      return renderQuestions(
        Array.from({ length: QUESTIONS_PER_REPLY }, () => writeQuestion(drawScene(random), random)),
      );
    },
    usage: ({ messages }, text) => ({
      prompt_tokens: countTokens(messages[0]!.content as string) + 7,
      completion_tokens: countTokens(text),
    }),
  });
