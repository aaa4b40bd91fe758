import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { hashFile, hashOf } from "../store/index";

/** The files of a model's folder that decide what it answers: weights, configurations, tokenizer, chat template. */
const DECISIVE = /\.(safetensors|json|jinja|model|txt)$/;

const known = new Map<string, unknown>();

/**
 * What determines a base model. For a folder, it is the hash of its decisive files: a model that was trained again
 * makes new runs, and one that was moved does not. For a name on the Hub, it is the name and the revision.
 *
 * @throws WovError if a folder of the project holds no model
 */
export function modelIdentity(root: string, { path, revision }: { path: string; revision?: string }): unknown {
  const folder = join(root, path);
  if (!existsSync(folder)) {
    if (/^(data|models|\.{1,2})\//.test(path)) throw new WovError(missing(path, "the folder"));
    return { hub: path, revision: revision ?? "main" };
  }
  if (!known.has(folder)) known.set(folder, { sha256: hashFolder(folder, path) });
  return known.get(folder);
}

function hashFolder(folder: string, path: string): string {
  const files = readdirSync(folder).filter((file) => DECISIVE.test(file));
  if (!files.some((file) => file.endsWith(".safetensors"))) throw new WovError(missing(path, "*.safetensors"));
  return hashOf(Object.fromEntries(files.map((file) => [file, hashFile(join(folder, file))])));
}

const missing = (path: string, what: string) =>
  `${path}: ${what} is missing. If it is one of the kit's tiny models, restore it with ` +
  `\`git checkout data/pocket/models\` or rebuild it with \`npm run tiny-models\``;
