import { isMap, type Node } from "yaml";
import type { YamlFile } from "./yaml-file";

/** The key by which a file names the one that it changes. */
const KEY = "extends";

/** Several files read as one: each gives its differences from the next. */
export type MergedYaml = Pick<YamlFile, "content" | "refuse">;

/**
 * A file merged with all that it extends, directly or through others. Maps are merged key by key, anything else is
 * replaced, and null removes a key.
 *
 * @param open opens the parent that a file names
 */
export function withParents(file: YamlFile, open: (child: YamlFile, parent: string) => YamlFile): MergedYaml {
  const layers = [file];
  for (let parent = parentOf(file); parent !== undefined; parent = parentOf(layers.at(-1)!))
    layers.push(open(layers.at(-1)!, parent));
  return {
    content: () =>
      layers
        .map((layer) => ({ layer, content: withoutKey(layer.content()) }))
        .reduceRight((parent, child) => ({
          ...child,
          content: merge(parent.content, child.content, child.layer.refuse),
        })).content,
    refuse: (path, message) => ownerOf(layers, path).refuse(path, message),
  };
}

function parentOf(file: YamlFile): string | undefined {
  if (!isMap(file.document.contents) || !file.document.has(KEY)) return undefined;
  const parent = file.document.get(KEY);
  return typeof parent === "string" && parent !== "" ? parent : file.refuse([KEY], "expected the name of a file");
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function withoutKey(content: unknown): unknown {
  if (!isObject(content)) return content;
  const { [KEY]: _, ...rest } = content;
  return rest;
}

function merge(parent: unknown, child: unknown, refuse: YamlFile["refuse"], path: readonly string[] = []): unknown {
  if (!isObject(parent) || !isObject(child)) return child;
  const merged = new Map(Object.entries(parent));
  for (const [key, value] of Object.entries(child)) {
    const here = [...path, key];
    if (value !== null) merged.set(key, merge(merged.get(key), value, refuse, here));
    else if (!merged.delete(key)) refuse(here, "null removes what the extended file has, and it has no such key");
  }
  return Object.fromEntries(merged);
}

/** The file that a value comes from; if it is missing, the file that replaced or removed what should hold it. */
function ownerOf(layers: readonly YamlFile[], path: readonly PropertyKey[]): YamlFile {
  const found = layers.map(({ document }) => {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as Node | undefined;
      if (node) return { depth, decides: depth === path.length || !isMap(node) };
    }
    return { depth: 0, decides: false };
  });
  const decides = found.findIndex((one) => one.decides);
  const deepest = Math.max(...found.map(({ depth }) => depth));
  return layers[decides >= 0 ? decides : found.findIndex(({ depth }) => depth === deepest)]!;
}
