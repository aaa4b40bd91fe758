import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

/** Width and height in pixels. */
export interface PictureSize {
  width: number;
  height: number;
}

/** A photograph as the web shows it: what a picture whose file is not here is assumed to measure. */
export const USUAL_PICTURE: PictureSize = { width: 1024, height: 683 };

/** Bytes in which most files state their size. In a JPEG, metadata of any length may come first. */
const HEAD = 16 * 1024;

/** Sizes by file and hash, as several models are shown the same pictures. */
const known = new Map<string, PictureSize>();

/** Returns what measures a request's pictures by their headers; a picture that is not here gets the assumed size. */
export async function openPictureSizes(root: string, assumed: PictureSize): Promise<(url: string) => PictureSize> {
  const { imageSize } = await import("image-size");
  const measured = (bytes: Uint8Array): PictureSize | undefined => {
    try {
      const { width, height } = imageSize(bytes);
      return { width, height };
    } catch {
      return undefined; // cut off, or of no known format
    }
  };
  return (url) => {
    if (url.startsWith("data:")) return measured(Buffer.from(url.slice(url.indexOf(",") + 1), "base64")) ?? assumed;
    const [path = ""] = url.split("#sha256=");
    const file = join(root, path);
    const key = join(root, url);
    const size =
      known.get(key) ?? (existsSync(file) ? (measured(readHead(file)) ?? measured(readFileSync(file))) : undefined);
    if (size) known.set(key, size);
    return size ?? assumed;
  };
}

function readHead(file: string): Buffer {
  const handle = openSync(file, "r");
  try {
    const head = Buffer.alloc(HEAD);
    return head.subarray(0, readSync(handle, head));
  } finally {
    closeSync(handle);
  }
}
