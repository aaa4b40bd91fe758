import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DrawPicture } from "../benchmark/index";
import { hashOf } from "../store/index";
import type { Results } from "../study/index";

/** Width of a picture, in pixels. */
const PIXELS = 256;
/** Drawings that are no SVG are small as PNG. What is larger than this, in bytes, is a photograph, which WebP compresses better. */
const MAX_PNG = 64_000;
const WEBP = { quality: 80, effort: 1 };
/** The file that says from which items the folder's pictures were made. */
const STAMP = "made-from.txt";
/** Pictures that are drawn at the same time. */
const AT_ONCE = 128;

/**
 * Writes each item's picture into `pictures/`, unless they are there already from the same items.
 *
 * @returns names of the files, by the numbers of their items
 */
export async function writePictures(
  folder: string,
  { items }: Pick<Results, "items">,
  draw: DrawPicture,
  onProgress: (done: number, total: number) => void,
): Promise<Map<number, string>> {
  const pictures = join(folder, "pictures");
  const made = items.map(({ index, image }) => [index, image, versionOf(image)]);
  const stamp = hashOf([PIXELS, MAX_PNG, WEBP, draw.svg !== undefined, made]);
  if (!existsSync(join(pictures, STAMP)) || readFileSync(join(pictures, STAMP), "utf8") !== stamp) {
    rmSync(pictures, { recursive: true, force: true });
    mkdirSync(pictures, { recursive: true });
    await writeAll(pictures, items, draw, onProgress);
    writeFileSync(join(pictures, STAMP), stamp); // last: it says that all are there
  }
  const files = readdirSync(pictures).filter((file) => file !== STAMP);
  return new Map(files.map((file) => [Number.parseInt(file, 10), file]));
}

async function writeAll(
  folder: string,
  items: Results["items"],
  draw: DrawPicture,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const left = items.values();
  let done = 0;
  const writeNext = async () => {
    for (const { index } of left) {
      await writePicture(folder, index, draw);
      onProgress(++done, items.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writeNext));
}

async function writePicture(folder: string, index: number, draw: DrawPicture): Promise<void> {
  const svg = draw.svg?.(index);
  if (svg) return writeFile(join(folder, `${index}.svg`), svg);
  const png = await draw(index, PIXELS);
  if (!png) return;
  if (png.length <= MAX_PNG) return writeFile(join(folder, `${index}.png`), png);
  const { default: sharp } = await import("sharp");
  await writeFile(join(folder, `${index}.webp`), await sharp(png).webp(WEBP).toBuffer());
}

/** What changes when a picture's file does; nothing for a file that is not there. */
function versionOf(image: string) {
  const found = statSync(image, { throwIfNoEntry: false });
  return found ? [found.size, found.mtimeMs] : null;
}
