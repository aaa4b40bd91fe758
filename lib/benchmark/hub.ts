import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../atomic";
import { WovError } from "../errors";
import { hubUrl as defaultHubUrl } from "../hub";
import { sha256 } from "../store/index";

/**
 * VIVA on the Hugging Face Hub (licence CC BY-NC-SA 4.0), pinned by the hash of its content: that of the copy in the
 * authors' repository (Derekkk/VIVA_EMNLP24), on which the kit's audit was tested.
 */
export const VIVA = {
  repo: "zhehuderek/VIVA_Benchmark_EMNLP24",
  /** The dataset's card. */
  page: "https://huggingface.co/datasets/zhehuderek/VIVA_Benchmark_EMNLP24",
  path: "VIVA_annotation.json",
  revision: "main",
  sha256: "04d770a9370cfdb2808d972b3d2ab2518492c1da0dffba07e04846e20ce83960",
  items: 1240,
  /** `image_file` of an item. Indices are 1, 2, 3 … in the file's order. */
  pictureName: (index: number) => `${index}.jpg`,
  /** Where the kit keeps it, relative to the project's folder. */
  folder: "data/viva",
};

/** How VIVA is downloaded. */
export interface HubOptions {
  /** Address of the Hub; `HF_ENDPOINT` by default, as in Hugging Face's own programs. */
  hubUrl?: string;
  /** A branch, tag or commit of the dataset. */
  revision?: string;
  /** SHA-256 of the file on which the kit was tested. */
  tested?: string;
  signal?: AbortSignal;
}

/** A downloaded benchmark file. */
export interface CachedBenchmark {
  file: string;
  sha256: string;
  /** Whether it is, byte for byte, the file on which the kit was tested. */
  asTested: boolean;
}

/**
 * Downloads VIVA's annotations from the Hub into a folder, unless they are there already.
 *
 * @throws WovError if the Hub cannot be reached, refuses, or has no such file
 */
export async function downloadViva(folder: string, options: HubOptions = {}): Promise<CachedBenchmark> {
  const { hubUrl = defaultHubUrl(), revision = VIVA.revision, tested = VIVA.sha256 } = options;
  const file = join(folder, VIVA.path);
  if (!existsSync(file)) {
    const bytes = await fetchViva(hubUrl, revision, options.signal).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      const what = `${VIVA.repo}/${VIVA.path} (revision ${revision}) cannot be downloaded`;
      const [why, remedy] = explainDownload(error, hubUrl);
      throw new WovError(`${what}: ${why}. ${remedy} save the file from ${VIVA.page} as ${file}`, 1, { cause: error });
    });
    mkdirSync(folder, { recursive: true });
    writeAtomic(file, bytes);
  }
  const hash = sha256(readFileSync(file));
  return { file, sha256: hash, asTested: hash === tested };
}

/** The Hub has no such file. */
class NoSuchFile extends Error {}
/** The connection ended before the whole file was there. */
class CutOff extends Error {}

async function fetchViva(hubUrl: string, revision: string, signal?: AbortSignal): Promise<Buffer> {
  const { downloadFile } = await import("@huggingface/hub");
  const blob = await downloadFile({
    repo: { type: "dataset", name: VIVA.repo },
    path: VIVA.path,
    revision,
    hubUrl,
    fetch: (url, init) => fetch(url, { ...init, signal }),
  });
  if (!blob) throw new NoSuchFile();
  const bytes = Buffer.from(await blob.arrayBuffer());
  if (bytes.length !== blob.size) throw new CutOff(`${bytes.length} of ${blob.size} bytes`);
  return bytes;
}

/** Why a download failed, and what to do; the second is the beginning of a sentence. */
function explainDownload(error: unknown, hubUrl: string): [why: string, remedy: string] {
  const { statusCode: status, message, cause } = error as Error & { statusCode?: number };
  const { code, message: detail = message } = (cause ?? {}) as NodeJS.ErrnoException;
  if (error instanceof NoSuchFile || status === 404)
    return ["the Hub has no such file or revision", "Check the revision's name, or"];
  if (error instanceof CutOff) return [`the connection ended early (${message})`, "Run this again, or"];
  if (status === 401 || status === 403)
    return [`the Hub refuses it (HTTP ${status}): the dataset is gated, private or gone`, "Ask for access, and"];
  if (status !== undefined) return [`the Hub answers HTTP ${status}`, "Run this again later, or"];
  const network = "Check the network (and HF_ENDPOINT, if it is set), or";
  return [`no connection to ${hubUrl} (${code ?? detail})`, network];
}

/** The message of an error from the Hub, or from the connection to it. */
export function explainHubError(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return `${message}${cause?.code ? ` (${cause.code})` : ""}`;
}
