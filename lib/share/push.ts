import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createRepo, HubApiError, uploadFiles } from "@huggingface/hub";
import { explainHubError } from "../benchmark/index";
import { WovError } from "../errors";
import { datasetCard, findSamples } from "./card";

/** The files of a run that are uploaded. */
const UPLOADED = /^(train-\d+|validation|records|rejected)\.jsonl$/;

/** A dataset as it is sent to the Hub. */
export interface DatasetUpload {
  /** "user/name" */
  name: string;
  card: string;
  /** Path in the dataset, and the file on the disk. */
  files: { path: string; file: string; bytes: number }[];
}

/** Prepares a run of samples for the Hub: its files and a card. Nothing is sent. */
export function prepareUpload(root: string, folder: string, name: string): DatasetUpload {
  if (!/^[\w.-]+\/[\w.-]+$/.test(name)) throw new WovError(`--to ${name}: expected user/name`, 2);
  const shared = findSamples(root, folder);
  const all = readdirSync(join(root, shared.run.folder)).filter((path) => UPLOADED.test(path));
  const files = all
    .sort()
    .map((path) => ({ path, file: join(root, shared.run.path(path)) }))
    .map((one) => ({ ...one, bytes: statSync(one.file).size }))
    .filter(({ bytes }) => bytes > 0);
  const names = files.map(({ path }) => path);
  return { name, card: datasetCard(root, shared, names, name), files };
}

/** The Hub, and how to upload to it. */
export interface Hub {
  /** From HF_TOKEN in the environment or `.env`; it is never written anywhere. */
  token: string;
  /** Address of the Hub; Hugging Face's by default. */
  hubUrl?: string;
  private: boolean;
}

/**
 * Uploads to the Hub in one commit, and creates the dataset if it does not exist.
 *
 * @returns its address
 * @throws WovError with the Hub's message, without the token
 */
export async function uploadDataset(
  { name, card, files }: DatasetUpload,
  { token, hubUrl, private: hidden }: Hub,
): Promise<string> {
  const repo = { type: "dataset" as const, name };
  const credentials = { accessToken: token as `hf_${string}`, hubUrl };
  try {
    await createRepo({ repo, visibility: hidden ? "private" : "public", ...credentials }).catch((error) => {
      if (!(error instanceof HubApiError && error.statusCode === 409)) throw error; // it exists already
    });
    await uploadFiles({
      repo,
      ...credentials,
      commitTitle: "Samples and card, made by words-over-vision",
      files: [
        { path: "README.md", content: new Blob([card]) },
        ...files.map(({ path, file }) => ({ path, content: new Blob([readFileSync(file)]) })),
      ],
    });
  } catch (error) {
    throw new WovError(`${name} could not be uploaded: ${explainHubError(error).replaceAll(token, "…")}`);
  }
  return `${hubUrl ?? "https://huggingface.co"}/datasets/${name}`;
}
