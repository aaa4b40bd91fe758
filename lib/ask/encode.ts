import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { WovError } from "../errors";
import type { Part, Request } from "./request";

const TYPES: Record<string, string> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".gif": "image/gif",
  ".webp": "image/webp",
};

/** A request's body with each picture in place of its name: pictures are read only when they are sent. */
export async function encoded(root: string, { body }: Request): Promise<Request["body"]> {
  const messages = body.messages.map(async (m) => ({ ...m, content: await encodedContent(root, m.content) }));
  return { ...body, messages: await Promise.all(messages) };
}

async function encodedContent(root: string, content: string | Part[]): Promise<string | Part[]> {
  if (typeof content === "string") return content;
  return Promise.all(
    content.map(async (part) => {
      if (part.type === "text" || part.image_url.url.startsWith("data:")) return part;
      return { ...part, image_url: { url: await dataUrl(root, part.image_url.url.split("#")[0]!) } };
    }),
  );
}

async function dataUrl(root: string, path: string): Promise<string> {
  const type = TYPES[extname(path).toLowerCase()];
  if (!type) throw new WovError(`${path}: expected a picture (${Object.keys(TYPES).join(", ")})`);
  const bytes = await readFile(join(root, path)).catch((error: NodeJS.ErrnoException) => {
    throw new WovError(`${path}: the picture cannot be read (${error.code})`, 1, { cause: error });
  });
  return `data:${type};base64,${bytes.toString("base64")}`;
}
