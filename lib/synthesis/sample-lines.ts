import { closeSync, openSync, readSync, statSync } from "node:fs";
import { WovError } from "../errors";
import { EXPECTED_FORMS } from "../screen/index";
import { readRows } from "./dataset-rows";

/** First bytes of files that are no text, and what to do with them. */
const SIGNATURES: [bytes: number[], what: string][] = [
  [[0x1f, 0x8b], "is compressed with gzip; unpack it first (gunzip)"],
  [[0x28, 0xb5, 0x2f, 0xfd], "is compressed with zstd; unpack it first (unzstd)"],
  [[0x42, 0x5a, 0x68], "is compressed with bzip2; unpack it first (bunzip2)"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "is compressed with xz; unpack it first (unxz)"],
  [[0x50, 0x4b, 0x03, 0x04], "is a ZIP archive; unpack it first (unzip)"],
  [[0xff, 0xfe], "is UTF-16; save it as UTF-8"],
  [[0xfe, 0xff], "is UTF-16; save it as UTF-8"],
  [[...Buffer.from("ARROW1")], "is an Arrow file; save it as Parquet or JSON Lines"],
  [[...Buffer.from("PAR1")], "parquet"],
];
/** As much of a file as shows its form. */
const HEAD = 2 ** 16;

/**
 * A file of samples as JSON Lines, one per row, if it is a JSON list, a list under a key, or Parquet.
 *
 * @returns undefined if the file is JSON Lines already, or cannot be told: then its lines are read as they are
 * @throws WovError if it is a file of another kind, with what to do
 */
export async function toJsonLines(file: string): Promise<Uint8Array | undefined> {
  const head = headOf(file);
  const kind = SIGNATURES.find(([bytes]) => bytes.every((byte, i) => head[i] === byte))?.[1];
  if (kind && kind !== "parquet") throw new WovError(`${file}: ${kind}`, 2);
  if (!kind && head.includes(0)) throw new WovError(`${file}: is not a text file; expected ${EXPECTED_FORMS}`, 2);
  if (!kind && !isWholeJson(head.toString("utf8"))) return undefined;
  const rows = await readRows({ file, name: file, path: kind ? "rows.parquet" : "rows.json" });
  const line = ({ row, line: broken }: (typeof rows)[number]) => broken ?? JSON.stringify(row, withoutBytes);
  return Buffer.from(rows.map((row) => `${line(row)}\n`).join(""));
}

function headOf(file: string): Buffer {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return Buffer.alloc(0); // refused where it is read
  const head = Buffer.alloc(HEAD);
  const handle = openSync(file, "r");
  try {
    return head.subarray(0, readSync(handle, head));
  } finally {
    closeSync(handle);
  }
}

/**
 * Whether a text that begins so is one JSON value: a list, or an object that is alone in its line or goes over several.
 */
function isWholeJson(head: string): boolean {
  const text = head.replace(/^\uFEFF/, "").trim();
  if (text.startsWith("[")) return !/^\[[^\n]*\]\s*\n\s*\[/.test(text);
  return /^\{\s*(?:\n|$)/.test(text) || (text.startsWith("{") && !text.includes("\n"));
}

/** Pictures and other bytes are no text. Whole numbers of Parquet may be too large for JSON. */
const withoutBytes = (_: string, value: unknown) =>
  ArrayBuffer.isView(value) || (value as { type?: string } | null)?.type === "Buffer"
    ? null
    : typeof value === "bigint"
      ? Number(value)
      : value;
