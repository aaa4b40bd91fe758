import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pictureFormat } from "../benchmark/index";
import { WovError } from "../errors";
import { sha256 } from "../store/index";
import type { Part, Request } from "./request";

/**
 * A request's body as it is sent: with each picture in place of its name, and with the extra fields. Pictures are read
 * only when they are sent.
 *
 * @throws WovError where a picture is missing, of another format, or not the one that the request names
 */
export async function encoded(
  root: string,
  { custom_id, body }: Request,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<Request["body"]> {
  const encode = async (part: Part): Promise<Part> =>
    part.type === "text" || part.image_url.url.startsWith("data:")
      ? part
      : { ...part, image_url: { url: await dataUrl(root, custom_id, part.image_url.url) } };
  const messages = body.messages.map(async ({ role, content }) => ({
    role,
    content: typeof content === "string" ? content : await Promise.all(content.map(encode)),
  }));
  const all = Object.entries({ ...body, messages: await Promise.all(messages), ...extra });
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as unknown as Request["body"];
}

async function dataUrl(root: string, id: string, url: string): Promise<string> {
  const [path = "", hash] = url.split("#sha256=");
  const wrong = (what: string, cause?: unknown) => new WovError(`request ${id}: ${path} ${what}`, 1, { cause });
  const bytes = await readFile(join(root, path)).catch((error: NodeJS.ErrnoException) => {
    throw wrong(`cannot be read (${error.code})`, error);
  });
  const actual = sha256(bytes);
  if (hash !== undefined && actual !== hash)
    throw wrong(`is not the picture that the request names: its SHA-256 is ${actual}, expected ${hash}. Restore it`);
  const format = pictureFormat(bytes);
  if (!format) throw wrong("is not a picture: expected JPEG, PNG, GIF or WebP");
  return `data:image/${format};base64,${bytes.toString("base64")}`;
}
