import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRepo, HubApiError, uploadFiles } from "@huggingface/hub";
import { explainHubError } from "../benchmark/index";
import { WovError } from "../errors";
import { type AdapterOptions, describeAdapter } from "./adapter";
import { adapterCard } from "./adapter-card";
import { isHubName } from "./base-model";
import { datasetCard, openSamples } from "./card";
import { type FinishedRun, findRun, finishedRuns } from "./find";

/** The files of a run of samples that are uploaded. */
const SAMPLES = /^(train-\d+|validation|records|rejected)\.jsonl$/;
/** Those of an adapter's folder: PEFT's, and what base model it is for. */
const ADAPTER = /^(adapter_config\.json|adapter_model\.safetensors|base\.json)$/;

/** A dataset or a model as it is sent to the Hub. */
export interface Upload {
  type: "dataset" | "model";
  /** "user/name" */
  name: string;
  card: string;
  /** Path on the Hub, and the file on the disk. */
  files: { path: string; file: string; bytes: number }[];
}

/**
 * Prepares a run for the Hub, its files and a card: a dataset from a run of samples, a model from a training. Nothing is
 * sent.
 *
 * @throws WovError if there is no such run, or it has changed since it was finished
 */
export async function prepareUpload(
  root: string,
  run: string,
  name: string,
  options: AdapterOptions = {},
): Promise<Upload> {
  if (!isHubName(name))
    throw new WovError(`--to ${name}: expected user/name, of letters, digits, "-", "_" and "." as the Hub allows`, 2);
  const runs = finishedRuns(root);
  const found = findRun(root, run, ["samples", "train"]);
  if (found.spec.step === "train") return prepareAdapter(root, runs, found, name, options);
  const files = filesOf(root, found, "", SAMPLES);
  const names = files.map(({ path }) => path);
  return { type: "dataset", name, card: datasetCard(root, openSamples(root, runs, found), names, name), files };
}

async function prepareAdapter(
  root: string,
  runs: readonly FinishedRun[],
  train: FinishedRun,
  name: string,
  options: AdapterOptions,
): Promise<Upload> {
  const log = filesOf(root, train, "", /^records\.jsonl$/).map((one) => ({ ...one, path: "training-log.jsonl" }));
  const files = [...filesOf(root, train, "adapter/", ADAPTER), ...log];
  const shared = await describeAdapter(root, runs, train, options);
  return { type: "model", name, card: adapterCard(shared, "adapter", name), files };
}

/**
 * The files in a folder of a run that have some names and are not empty, by name. Only those that the manifest
 * describes: a link, or a file that was added later, is none of the run's.
 */
const filesOf = (root: string, { folder, manifest }: FinishedRun, subfolder: string, names: RegExp): Upload["files"] =>
  Object.entries(manifest.files)
    .filter(([path, { bytes }]) => path.startsWith(subfolder) && names.test(path.slice(subfolder.length)) && bytes > 0)
    .map(([path, { bytes }]) => ({ path: path.slice(subfolder.length), file: join(root, folder, path), bytes }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

/** The Hub, and how to upload to it. */
export interface Hub {
  /** From HF_TOKEN in the environment or `.env`; it is never written anywhere. */
  token: string;
  /** Address of the Hub; Hugging Face's by default. */
  hubUrl?: string;
  private: boolean;
}

/**
 * Uploads to the Hub in one commit, and creates the dataset or model if it does not exist.
 *
 * @returns its address
 * @throws WovError with the Hub's message, without the token
 */
export async function upload(
  { type, name, card, files }: Upload,
  { token, hubUrl, private: hidden }: Hub,
): Promise<string> {
  const repo = { type, name };
  const credentials = { accessToken: token as `hf_${string}`, hubUrl };
  try {
    await createRepo({ repo, visibility: hidden ? "private" : "public", ...credentials }).catch((error) => {
      if (!(error instanceof HubApiError && error.statusCode === 409)) throw error; // it exists already
    });
    await uploadFiles({
      repo,
      ...credentials,
      commitTitle: `${type === "dataset" ? "Samples" : "Adapter"} and card, made by words-over-vision`,
      files: [
        { path: "README.md", content: new Blob([card]) },
        ...files.map(({ path, file }) => ({ path, content: new Blob([readFileSync(file)]) })),
      ],
    });
  } catch (error) {
    throw new WovError(`${name} could not be uploaded: ${explainHubError(error).replaceAll(token, "…")}`);
  }
  return `${hubUrl ?? "https://huggingface.co"}/${type === "dataset" ? "datasets/" : ""}${name}`;
}
