import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { snapshotFolder } from "../hub";

type Json = Record<string, unknown>;

/** A folder that holds a model's files. */
export interface ModelFolder {
  path: string;
  /** The text of a file, or undefined if it is not there. */
  text(file: string): string | undefined;
  /** The object in a JSON file, or undefined if it is not there. */
  json(file: string): Json | undefined;
}

/**
 * The folder of a model with a tokenizer: one of the project or of this machine, or for a name on the Hub its snapshot
 * in the local cache. Undefined if it is not here; nothing is downloaded.
 */
export function findModelFolder(root: string, path: string, revision = "main"): ModelFolder | undefined {
  const places = [resolve(root, path)];
  if (/^[\w.-]+\/[\w.-]+$/.test(path)) places.push(snapshotFolder(path, revision));
  const place = places.find((folder) => existsSync(join(folder, "tokenizer.json")));
  return place === undefined ? undefined : openFolder(place);
}

function openFolder(path: string): ModelFolder {
  const text = (file: string) => (existsSync(join(path, file)) ? readFileSync(join(path, file), "utf8") : undefined);
  const json = (file: string): Json | undefined => JSON.parse(text(file) ?? "null") ?? undefined;
  return { path, text, json };
}
