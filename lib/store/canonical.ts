import { createHash } from "node:crypto";
import { configure } from "safe-stable-stringify";

const stringify = configure({ deterministic: true, strict: true });

/**
 * JSON with sorted keys and no spaces: equal values give equal text. Throws on values that JSON cannot hold, such as
 * NaN.
 */
export function canonicalJson(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError("canonicalJson: expected a value that JSON can hold");
  return text;
}

/** SHA-256, as 64 hex digits. */
export const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

/** SHA-256 of a value's canonical JSON. */
export const hashOf = (value: unknown) => sha256(canonicalJson(value));
