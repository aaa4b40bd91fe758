import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { secretOf } from "./secret";

/** Where the programs of Hugging Face keep their files: HF_HOME, or a folder of the user. */
const home = (): string => process.env.HF_HOME || join(homedir(), ".cache/huggingface");

/** Address of the Hub: HF_ENDPOINT if it is set, as in Hugging Face's own programs. */
export const hubUrl = (): string => (process.env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, "");

/** The token for the Hub: HF_TOKEN in the environment or `.env`, or the one that `hf auth login` has saved. */
export function hubToken(root: string): string | undefined {
  const saved = process.env.HF_TOKEN_PATH || join(home(), "token");
  return (
    secretOf(root, "HF_TOKEN") ?? (existsSync(saved) ? readFileSync(saved, "utf8").trim() || undefined : undefined)
  );
}

/** The folder in which the Hub's cache keeps a model at a revision, whether it is there or not. */
export function snapshotFolder(name: string, revision = "main"): string {
  const cache = process.env.HF_HUB_CACHE || join(home(), "hub");
  const model = join(cache, `models--${name.replace("/", "--")}`);
  const ref = join(model, "refs", revision); // a branch or tag is a file that names the commit
  return join(model, "snapshots", existsSync(ref) ? readFileSync(ref, "utf8").trim() : revision);
}
