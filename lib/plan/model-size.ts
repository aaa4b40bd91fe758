import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Profile } from "../study/index";

/** A model's parameters, and the bytes that they take in memory. */
export interface ModelSize {
  parameters: number;
  bytes: number;
}

const BYTES: Record<Profile["runtime"]["dtype"], number> = { float32: 4, bfloat16: 2, float16: 2, nf4: 0.56 };

/** The size of a model of the profile: as stated there, or counted from its files; undefined if neither is there. */
export function sizeOfModel(root: string, profile: Profile, id: string): ModelSize | undefined {
  const { path, parameters: stated } = profile.models[id]!;
  const parameters = stated ?? (path === undefined ? undefined : countParameters(join(root, path)));
  return parameters === undefined ? undefined : { parameters, bytes: parameters * BYTES[profile.runtime.dtype] };
}

/** Counts the numbers in a folder's safetensors files, by their headers. */
function countParameters(folder: string): number | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith(".safetensors"));
  if (files.length === 0) return undefined;
  return files.reduce((sum, file) => sum + countInFile(join(folder, file)), 0);
}

/** A safetensors file begins with the length of its header, which is JSON: {name: {dtype, shape, data_offsets}}. */
function countInFile(file: string): number {
  const handle = openSync(file, "r");
  try {
    const length = Buffer.alloc(8);
    readSync(handle, length);
    const header = Buffer.alloc(Number(length.readBigUInt64LE()));
    readSync(handle, header);
    const tensors = Object.values(JSON.parse(header.toString("utf8")) as Record<string, { shape?: number[] }>);
    return tensors.reduce((sum, { shape }) => sum + (shape?.reduce((product, size) => product * size, 1) ?? 0), 0);
  } finally {
    closeSync(handle);
  }
}
