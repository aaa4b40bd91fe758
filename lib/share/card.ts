import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { WovError } from "../errors";
import { listRuns, type Manifest, readRecords } from "../store/index";

/** A finished run of samples, and the replies that it was made of. */
export interface SharedSamples {
  /** Relative to the project's folder. */
  folder: string;
  samples: Manifest;
  replies: Manifest | undefined;
}

/** Finds a run of samples by its folder. @throws WovError where there is none, or it is not complete */
export function findSamples(root: string, folder: string): SharedSamples {
  const runs = listRuns(root);
  const wanted = folder.replace(/\/+$/, "");
  const run = runs.find((one) => one.spec.step === "samples" && (wanted.endsWith(one.folder) || wanted === one.id));
  const manifest = run?.manifest;
  if (!run || !manifest) {
    const names = runs.filter((one) => one.spec.step === "samples" && one.manifest).map((one) => one.folder);
    throw new WovError(`${folder}: expected a finished run of samples; there are ${names.join(", ") || "none"}`, 2);
  }
  const replies = runs.find(({ id }) => manifest.parents.includes(id) && id.startsWith("ask/replies-"))?.manifest;
  return { folder: run.folder, samples: manifest, replies };
}

/** The files of a run that are given away. */
export function sharedFiles(root: string, { folder }: SharedSamples, list: readonly string[]): string[] {
  const files = list.filter((name) => /^(train-\d+|validation|records|rejected)\.jsonl$/.test(name));
  return files.filter((name) => readFileSync(join(root, folder, name)).length > 0);
}

/** The dataset card, in the Hub's form, from the manifests alone: who wrote it, what was rejected and why, what it cost. */
export function datasetCard(root: string, shared: SharedSamples, files: readonly string[], name: string): string {
  const { samples, replies, folder } = shared;
  const training = files.filter((file) => file.startsWith("train-"));
  const configs = training.map((file) => ({
    config_name: file.replace(".jsonl", ""),
    data_files: [
      { split: "train", path: file },
      ...(files.includes("validation.jsonl") ? [{ split: "validation", path: "validation.jsonl" }] : []),
    ],
  }));
  const head = stringify({
    language: ["en"],
    task_categories: ["text-generation"],
    tags: ["synthetic", "text-only-training"],
    configs,
  });
  const rejected = readRecords(join(root, folder, "rejected.jsonl")) as { reason: string; twinFrom?: string }[];
  const letters = JSON.parse(readFileSync(join(root, folder, "letters.json"), "utf8"));
  return `---
${head}---
# ${name}

Multiple-choice questions about human-centered situations, written by a language model from ten seed questions, for
training the language part of vision-language models on text alone. Made with words-over-vision ${samples.code.version}.

| | |
|---|---|
| Written by | ${samples.name} |
| First request (SHA-256) | \`${hashOfCall(replies)}\` |
| Samples kept | ${samples.counts.kept} of ${samples.counts.read} read in ${samples.counts.calls} replies |
| Tokens in, out | ${replies?.tokens ? `${replies.tokens.prompt}, ${replies.tokens.completion}` : "not counted"} |
| Cost | ${replies ? `$${replies.costUsd.toFixed(2)}` : "unknown"} |
| Run | \`${samples.step}/${samples.name}-${samples.hash.slice(0, 12)}\`, finished ${samples.finishedAt.slice(0, 10)} |

## Files
${files.map((file) => `- \`${file}\`: ${FILES[file] ?? "prompt and completion in TRL's conversational form; the smaller sets lie in the larger"}`).join("\n")}

## Rejected, by reason
${table(count(rejected.map(({ reason }) => reason)))}

## Kept out
Samples that resembled one of these texts were rejected as leaks (word triples, Jaccard similarity):
${table(count(rejected.filter(({ reason }) => reason === "leak").map(({ twinFrom }) => twinFrom ?? "?")))}

## Right letters
As written: ${pairs(letters.written)}. As they are here: ${pairs(letters.balanced)}.

The answers are the generator's own; nobody has checked them one by one.
`;
}

const FILES: Record<string, string> = {
  "records.jsonl": "the samples whole, with their rationales and the replies that held them",
  "rejected.jsonl": "what was rejected, why, and what it resembled",
  "validation.jsonl": "prompt and completion; none resembles one of the training samples",
};

const hashOfCall = (replies: Manifest | undefined) => String((replies?.spec as { call?: string })?.call ?? "unknown");

function count(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const table = (counts: Record<string, number>) =>
  Object.keys(counts).length === 0
    ? "None."
    : `| | samples |\n|---|--:|\n${Object.entries(counts)
        .map(([name, n]) => `| ${name} | ${n} |`)
        .join("\n")}`;

const pairs = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([letter, n]) => `${letter} ${n}`)
    .join(", ");
