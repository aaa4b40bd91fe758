import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { WovError } from "../errors";
import type { Part, Request } from "./request";

/** Formats that endpoints take. */
const FORMATS = ["jpeg", "png", "gif", "webp"];

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
  const bytes = await readFile(join(root, path)).catch((error: NodeJS.ErrnoException) => {
    throw new WovError(`${path}: the picture cannot be read (${error.code})`, 1, { cause: error });
  });
  const format = await sharp(bytes)
    .metadata()
    .then((picture) => picture.format)
    .catch(() => "none");
  if (!FORMATS.includes(format)) throw new WovError(`${path}: expected a picture (${FORMATS.join(", ")})`);
  return `data:image/${format};base64,${bytes.toString("base64")}`;
}
