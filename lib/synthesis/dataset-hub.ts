import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { writeAtomic } from "../atomic";
import { explainHubError } from "../benchmark/index";
import { WovError } from "../errors";
import { hubUrl as defaultHubUrl, hubToken } from "../hub";
import { sha256 } from "../store/index";
import { chooseFiles, type DatasetFile } from "./dataset-files";

/** A dataset of the Hub, at one revision: a branch, a tag or a commit. */
export interface HubDataset {
  /** "user/name" */
  name: string;
  revision: string;
  /** Names or patterns of the files that are read; all that may hold rows by default. */
  files?: readonly string[];
}

/** The files of a dataset on the disk, and the commit from which they came. */
export interface DownloadedDataset {
  commit: string;
  files: DatasetFile[];
}

/** What the Hub has at a revision. It is written before the files are downloaded. */
const listingSchema = z.object({
  commit: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string().optional() })),
});
type Listing = z.infer<typeof listingSchema>;
type ListedFile = Listing["files"][number];

export const DEFAULT_REVISION = "main";
const LISTING = ".listing.json";

/** Whether a text may be the name of a dataset on the Hub; one that ends like a data file is a path. */
export const isHubName = (text: string): boolean =>
  /^\w[\w.-]*\/\w[\w.-]*$/.test(text) && !/\.\.|\.(?:jsonl?|parquet|csv|txt)$/i.test(text);

/**
 * Downloads files of a dataset into `data/datasets/NAME/REVISION/`, unless they are there. A branch is read as it was
 * at the first download; to read it anew, remove the folder.
 *
 * @param hubUrl address of the Hub; `HF_ENDPOINT` by default, as in Hugging Face's own programs
 * @throws WovError if the Hub has no such dataset, gives no access to it, or cannot be reached
 */
export async function downloadDataset(
  root: string,
  { name, revision, files }: HubDataset,
  hubUrl = defaultHubUrl(),
): Promise<DownloadedDataset> {
  const folder = join(root, "data/datasets", name, encodeURIComponent(revision));
  const token = hubToken(root);
  if (token && !token.startsWith("hf_"))
    throw new WovError("HF_TOKEN is no token of the Hub: expected one that begins with hf_", 2);
  const access = { hubUrl, ...(token && { accessToken: token as `hf_${string}` }) };
  try {
    const listing = readListing(folder) ?? (await fetchListing(folder, name, revision, access));
    const byPath = new Map(listing.files.map((file) => [file.path, file]));
    const chosen = chooseFiles([...byPath.keys()], files, name);
    for (const path of chosen) await fetchFile(folder, name, listing.commit, byPath.get(path)!, access);
    return {
      commit: listing.commit,
      files: chosen.map((path) => ({ path, name: `${name}/${path}`, file: join(folder, path) })),
    };
  } catch (error) {
    if (error instanceof WovError) throw error;
    const message = explain(error, name, revision, token !== undefined);
    throw new WovError(token ? message.replaceAll(token, "…") : message, 1, { cause: error });
  }
}

/** How the Hub is reached. */
interface Access {
  hubUrl: string;
  accessToken?: `hf_${string}`;
}

function readListing(folder: string): Listing | undefined {
  const file = join(folder, LISTING);
  return existsSync(file) ? listingSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

async function fetchListing(folder: string, name: string, revision: string, access: Access): Promise<Listing> {
  const { datasetInfo, listFiles } = await import("@huggingface/hub");
  const { sha: commit } = await datasetInfo({ name, revision, additionalFields: ["sha"], ...access });
  const files: ListedFile[] = [];
  for await (const entry of listFiles({ repo: repoOf(name), recursive: true, revision: commit, ...access })) {
    if (entry.type !== "file" || entry.path.split("/").includes("..")) continue;
    files.push({ path: entry.path, bytes: entry.size, sha256: entry.lfs?.oid });
  }
  const listing = listingSchema.parse({ commit, files });
  mkdirSync(folder, { recursive: true });
  writeAtomic(join(folder, LISTING), JSON.stringify(listing));
  return listing;
}

async function fetchFile(folder: string, name: string, commit: string, listed: ListedFile, access: Access) {
  const { path, bytes } = listed;
  const file = join(folder, path);
  if (statSync(file, { throwIfNoEntry: false })?.size === bytes) return;
  const { downloadFile } = await import("@huggingface/hub");
  const blob = await downloadFile({ repo: repoOf(name), path, revision: commit, ...access });
  const content = blob && Buffer.from(await blob.arrayBuffer());
  if (!content || content.length !== bytes || (listed.sha256 && sha256(content) !== listed.sha256))
    throw new WovError(
      `${name}/${path}: the download is not the file that the Hub lists (${content?.length ?? 0} of ${bytes} bytes). ` +
        "Run the same command again",
    );
  mkdirSync(dirname(file), { recursive: true });
  writeAtomic(file, content);
}

const repoOf = (name: string) => ({ type: "dataset", name }) as const;

/** What went wrong, and what to do about it. */
function explain(error: unknown, name: string, revision: string, hasToken: boolean): string {
  const status = (error as { statusCode?: number }).statusCode;
  if (status === 401 || status === 403)
    return (
      `${name}: the Hub gives no access to this dataset (${status}). Check its name, accept its terms at ` +
      `https://huggingface.co/datasets/${name}, and ` +
      (hasToken ? "check that HF_TOKEN is a token of that account" : "set HF_TOKEN in the environment or in .env")
    );
  if (status === 404)
    return (
      `${name}: there is no such file or folder, and the Hub has no such dataset with a revision ${revision}. ` +
      "Check 'dataset' and 'revision'"
    );
  return (
    `${name} cannot be downloaded: ${explainHubError(error)}. Check the connection and run the same command again, or ` +
    "put its files into a folder of the project and give the folder as 'dataset'"
  );
}
