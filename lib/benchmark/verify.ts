/** A picture that could be decoded. */
export interface VerifiedPicture {
  width: number;
  height: number;
  format: string;
}

/** Pictures with fewer pixels per side show nothing: icons, tracking pixels, placeholders. */
const MIN_PIXELS = 50;
const MAX_PIXELS = 100e6;

/** Checks that bytes are a picture that shows something; `failed` is a short reason why they are not. */
export async function verifyPicture(bytes: Buffer): Promise<VerifiedPicture | { failed: string }> {
  if (bytes.length === 0) return { failed: "empty" };
  if (/^\s*(<!doctype|<html|<\?xml|<head|<script)/i.test(bytes.subarray(0, 200).toString("latin1")))
    return { failed: "HTML, not a picture" };
  const { default: sharp } = await import("sharp"); // loaded only where pictures are: it takes long
  try {
    const picture = sharp(bytes, { failOn: "truncated", limitInputPixels: MAX_PIXELS });
    const { width, height, format } = await picture.metadata();
    if (width < MIN_PIXELS || height < MIN_PIXELS) return { failed: "too small" };
    // Statistics are taken of the decoded pixels: of a damaged file, libvips sometimes says instead that it is blank.
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    const { channels } = await sharp(data, { raw: info }).stats();
    if (channels.slice(0, 3).every(({ stdev }) => stdev < 1)) return { failed: "blank" };
    return { width, height, format };
  } catch (error) {
    return { failed: /unsupported image/.test((error as Error).message) ? "not a picture" : "damaged" };
  }
}
