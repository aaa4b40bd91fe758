import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { askRun, textsById } from "../ask/index";
import { seedQuestions, startTeacher } from "../pocket/index";
import { openRun, readRecords, sha256 } from "../store/index";
import {
  type Generation,
  generationRequests,
  nestedSubsets,
  type PromptCompletion,
  readSamples,
  type Sample,
  screen,
  toPromptCompletion,
} from "../synthesis/index";
import { askStep } from "./asking";
import type { Profile } from "./profile";
import { readItems } from "./scenes";
import type { Step } from "./step";

/** What one source writes, and what is left of it. */
export interface Writing {
  replies: Step;
  samples: Step;
}

/** A sample that did not become training text, and why. */
export interface Rejection {
  reason: string;
  /** The sample's id, or the text that is none. */
  what: string;
  /** What it resembles, where it was screened out. */
  twin?: string;
  score?: number;
}

/** Requests under way at once at the teacher's endpoint. */
const CONCURRENCY = 8;

/** The steps by which a source writes training text (paper, section 3.1 and 4.1). */
export function writingSteps(root: string, profile: Profile, scenes: Step, source: string): Writing {
  const replies = repliesStep(root, profile, source);
  return { replies, samples: samplesStep(root, profile, scenes, source, replies) };
}

function repliesStep(root: string, profile: Profile, source: string): Step {
  const from = profile.sources[source]!;
  const model = from.kind === "model" ? from.model : "teacher";
  const how: Generation = { model, calls: from.calls, seed: profile.seed, maxTokens: profile.synthesis.max_tokens };
  const requests = () => generationRequests(seedQuestions(), how);
  // The requests hold all that determines the replies: prompt, seeds, their order, decoding.
  const spec = { requests: sha256(JSON.stringify(requests())) };
  const name = `${source} writes questions`;
  const run = `replies-${source}`;
  if (from.kind === "model")
    return askStep(root, profile, { name, group: "synthesis", run, model, spec, needs: [], requests });
  const opened = openRun(root, { step: "ask", name: run, spec: { ...spec, teacher: 1 }, parents: [] });
  return {
    name,
    group: "synthesis",
    run: opened,
    needs: [],
    work: {
      kind: "here",
      do: async (onProgress) => {
        const teacher = await startTeacher();
        const endpoint = { baseURL: teacher.baseURL, apiKey: "none", concurrency: CONCURRENCY };
        try {
          return await askRun({ root, run: opened, endpoint, requests: requests(), onProgress });
        } finally {
          await teacher.close();
        }
      },
    },
  };
}

/** Reads the replies, screens what they hold, and cuts it to size; the run's records are the samples that stay. */
function samplesStep(root: string, profile: Profile, scenes: Step, source: string, replies: Step): Step {
  const needs = [scenes, replies];
  const { duplicate, leak } = profile.synthesis;
  const spec = { duplicate, leak, sizes: profile.sizes, seed: profile.seed };
  const run = openRun(root, { step: "samples", name: source, spec, parents: needs.map((need) => need.run.id) });
  return {
    name: `read and screen what ${source} wrote`,
    group: "synthesis",
    run,
    needs,
    work: {
      kind: "here",
      do: async () => {
        const read = [...textsById(replies.run.records(), replies.name)].map(([call, text]) =>
          readSamples(text, source, call),
        );
        const samples = read.flatMap((r) => r.samples);
        const invalid = read.flatMap((r) => r.rejected).map(({ reason, text }): Rejection => ({ reason, what: text }));
        const seeds = seedQuestions().map(({ situation }, i) => ({ name: `seed ${i + 1}`, situation }));
        const items = readItems(root, scenes).map(({ index, situation }) => ({ name: `item ${index}`, situation }));
        const screened = screen(samples, [...items, ...seeds], { duplicate, leak });
        const sieved = screened.rejected.map(({ id, ...rest }): Rejection => ({ what: id, ...rest }));
        for (const [size, subset] of nestedSubsets(screened.kept, profile.sizes, profile.seed))
          writeLines(
            join(root, run.path(`train-${size}.jsonl`)),
            subset.map((sample) => ({ ...toPromptCompletion(sample), id: sample.id })),
          );
        writeLines(join(root, run.path("rejected.jsonl")), [...invalid, ...sieved]);
        if (run.records().length === 0) run.append(screened.kept);
        return {
          counts: {
            calls: read.length,
            read: samples.length,
            ...countBy([...invalid, ...sieved]),
            kept: screened.kept.length,
          },
        };
      },
    },
  };
}

const countBy = (rejections: Rejection[]) => {
  const counts: Record<string, number> = {};
  for (const { reason } of rejections) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

export const writeLines = (file: string, lines: readonly unknown[]) =>
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

/** The samples of a source that became training text. */
export const readKept = (writing: Writing) => writing.samples.run.records<Sample>();

/** The training file of a size, relative to the project's folder. */
export const trainingFile = (writing: Writing, size: number) => writing.samples.run.path(`train-${size}.jsonl`);

/** The lines of a training file, with the ids of their samples. */
export const readTraining = (root: string, writing: Writing, size: number) =>
  readRecords(join(root, trainingFile(writing, size))) as (PromptCompletion & { id: string })[];
