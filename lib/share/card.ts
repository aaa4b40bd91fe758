import { stringify } from "yaml";
import { listCounts, tally } from "../count";
import { WovError } from "../errors";
import { listRuns, type Manifest, openRun, type Run } from "../store/index";
import { readLetters, readRejected } from "../study/index";

/** A finished run of samples, and the manifest of the replies that it was made of. */
export interface SharedSamples {
  run: Run;
  samples: Manifest;
  replies: Manifest | undefined;
}

/** Finds a run of samples by its folder. @throws WovError where there is none, or it is not complete */
export function findSamples(root: string, folder: string): SharedSamples {
  const runs = listRuns(root);
  const wanted = folder.replace(/\/+$/, "");
  const found = runs.find((one) => one.spec.step === "samples" && (wanted.endsWith(one.folder) || wanted === one.id));
  const manifest = found?.manifest;
  if (!found || !manifest) {
    const names = runs.filter((one) => one.spec.step === "samples" && one.manifest).map((one) => one.folder);
    throw new WovError(`${folder}: expected a finished run of samples; there are ${names.join(", ") || "none"}`, 2);
  }
  const replies = runs.find(({ id }) => manifest.parents.includes(id) && id.startsWith("ask/replies-"))?.manifest;
  return { run: openRun(root, found.spec), samples: manifest, replies };
}

/** The dataset card, in the Hub's form, from the manifests alone: who wrote it, what was rejected and why, what it cost. */
export function datasetCard(root: string, shared: SharedSamples, files: readonly string[], name: string): string {
  const { run, samples, replies } = shared;
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
  const rejected = readRejected(root, run);
  const letters = readLetters(root, run);
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
${files.map((file) => `- \`${file}\`: ${FILES[file] ?? "prompt and completion in TRL's conversational form"}`).join("\n")}

## Rejected, by reason
${table(tally(rejected.map(({ reason }) => reason)))}

## Kept out
Samples that resembled one of these texts were rejected as leaks (word triples, Jaccard similarity):
${table(tally(rejected.filter(({ reason }) => reason === "contamination").map(({ twinFrom }) => twinFrom ?? "?")))}

## Right letters
As written: ${listCounts(letters.written)}. As they are here: ${listCounts(letters.balanced)}.

The answers are the generator's own; nobody has checked them one by one.
`;
}

const FILES: Record<string, string> = {
  "records.jsonl": "the samples whole, with their rationales and the replies that held them",
  "rejected.jsonl": "what was rejected, why, and what it resembled",
  "validation.jsonl": "prompt and completion; none resembles one of the training samples",
};

const hashOfCall = (replies: Manifest | undefined) => String((replies?.spec as { call?: string })?.call ?? "unknown");

const table = (counts: Record<string, number>) =>
  Object.keys(counts).length === 0
    ? "None."
    : `| | samples |\n|---|--:|\n${Object.entries(counts)
        .map(([name, n]) => `| ${name} | ${n} |`)
        .join("\n")}`;
