import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { sha256 } from "../store/index";

const known = new Map<string, unknown>();

/**
 * What determines a base model: for a folder, its path and the SHA-256 of its weights, so that a model that was
 * trained anew makes new runs; for a Hub name, the name.
 */
export function modelIdentity(root: string, path: string): unknown {
  const folder = join(root, path);
  if (!known.has(folder)) known.set(folder, identify(folder, path));
  return known.get(folder);
}

function identify(folder: string, path: string): unknown {
  if (!path.startsWith("data/") && !existsSync(folder)) return { path };
  const weights = join(folder, "model.safetensors");
  if (!existsSync(weights))
    throw new WovError(
      `${path}/model.safetensors is missing: restore it with git, or rebuild it with \`npm run tiny-models\``,
    );
  return { path, sha256: sha256(readFileSync(weights)) };
}
