import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { WovError } from "../errors";
import { sha256 } from "../store/index";

/**
 * VIVA on the Hugging Face Hub (licence CC BY-NC-SA 4.0), pinned by the hash of its content: that of the copy in the
 * authors' repository (Derekkk/VIVA_EMNLP24), on which the kit's audit was tested.
 */
export const VIVA = {
  repo: "zhehuderek/VIVA_Benchmark_EMNLP24",
  path: "VIVA_annotation.json",
  revision: "main",
  sha256: "04d770a9370cfdb2808d972b3d2ab2518492c1da0dffba07e04846e20ce83960",
};

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
 * @param hubUrl address of the Hub; `HF_ENDPOINT` by default, as in Hugging Face's own programs
 * @param tested SHA-256 of the file on which the kit was tested
 * @throws WovError if the Hub cannot be reached or has no such file
 */
export async function downloadViva(
  folder: string,
  { hubUrl = process.env.HF_ENDPOINT, revision = VIVA.revision, tested = VIVA.sha256 } = {},
): Promise<CachedBenchmark> {
  const file = join(folder, VIVA.path);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    await writeFileAtomic(file, await fetchViva(hubUrl, revision));
  }
  const hash = sha256(readFileSync(file));
  return { file, sha256: hash, asTested: hash === tested };
}

async function fetchViva(hubUrl: string | undefined, revision: string): Promise<Buffer> {
  const { repo, path } = VIVA;
  const where = `${repo}/${path} (revision ${revision})`;
  const { downloadFile } = await import("@huggingface/hub");
  try {
    const blob = await downloadFile({ repo: { type: "dataset", name: repo }, path, revision, hubUrl });
    if (blob) return Buffer.from(await blob.arrayBuffer());
  } catch (error) {
    throw new WovError(`${where} cannot be downloaded: ${explainHubError(error)}`, 1, { cause: error });
  }
  throw new WovError(`${where}: the Hub has no such file`);
}

/** The message of an error from the Hub, or from the connection to it. */
export function explainHubError(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return `${message}${cause?.code ? ` (${cause.code})` : ""}`;
}
