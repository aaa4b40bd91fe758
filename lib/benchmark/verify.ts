/** A picture that could be decoded. */
export interface VerifiedPicture {
  width: number;
  height: number;
  format: PictureFormat;
}

/** The formats that endpoints take, by their first bytes. */
const FORMATS = {
  jpeg: /^\xff\xd8\xff/,
  png: /^\x89PNG/,
  gif: /^GIF8/,
  webp: /^RIFF.{4}WEBP/s,
};
export type PictureFormat = keyof typeof FORMATS;

/** Pictures with fewer pixels per side show nothing: icons, tracking pixels, placeholders. */
const MIN_PIXELS = 50;
const MAX_PIXELS = 100e6;

/** The format of a picture that endpoints take; undefined if the bytes are anything else. */
export function pictureFormat(bytes: Buffer): PictureFormat | undefined {
  const start = bytes.toString("latin1", 0, 12);
  return (Object.keys(FORMATS) as PictureFormat[]).find((format) => FORMATS[format].test(start));
}

/** Checks that bytes are a picture that shows something; `failed` is a short reason why they are not. */
export async function verifyPicture(bytes: Buffer): Promise<VerifiedPicture | { failed: string }> {
  if (bytes.length === 0) return { failed: "empty" };
  if (/^\s*(<!doctype|<html|<head|<script)/i.test(bytes.toString("latin1", 0, 200)))
    return { failed: "HTML, not a picture" };
  const format = pictureFormat(bytes);
  // Not decoded at all: a few bytes of SVG may take minutes and gigabytes to draw.
  if (!format) return { failed: "not JPEG, PNG, GIF or WebP" };
  const { default: sharp } = await import("sharp"); // loaded only where pictures are: it takes long
  try {
    const picture = sharp(bytes, { failOn: "truncated", limitInputPixels: MAX_PIXELS });
    const { width, height } = await picture.metadata();
    if (width < MIN_PIXELS || height < MIN_PIXELS) return { failed: "too small" };
    // Statistics are taken of the decoded pixels: of a damaged file, libvips sometimes says instead that it is blank.
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    const { channels } = await sharp(data, { raw: info }).stats();
    if (channels.slice(0, 3).every(({ stdev }) => stdev < 1)) return { failed: "blank" };
    return { width, height, format };
  } catch {
    return { failed: "damaged" };
  }
}
