import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { pictureRequest, textRequest } from "../../lib/ask/index";
import { type CountedModel, openTokenCounter, type PictureSize } from "../../lib/tokens/index";
import { openPictureSizes } from "../../lib/tokens/picture-size";
import { decoding, drawPicture } from "./fixture";

const root = mkdtempSync(join(tmpdir(), "wov-rule-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Tokens of one picture that is not here. */
async function perPicture(model: CountedModel, picture?: PictureSize): Promise<number> {
  const counter = await openTokenCounter(root, model, picture);
  const absent = { path: "absent.png", sha256: "0" };
  const [with_, without] = [pictureRequest("a", absent, "Which?", decoding), textRequest("a", "Which?", decoding)];
  return counter.prompt(with_) - counter.prompt(without);
}

it("counts 4 characters per token, and 20 for the chat template", async () => {
  const counter = await openTokenCounter(root, { path: "me/absent" });
  expect(counter.how).toBe("4 characters per token, as its tokenizer is not here");
  expect([counter.text("12345678"), counter.text("123456789"), counter.text("")]).toEqual([2, 3, 0]);
  expect(counter.prompt(textRequest("a", "12345678", decoding))).toBe(22);
});

// By the functions of transformers 5.23.0 and the published numbers of the models: smart_resize(683, 1024, 28, 3136,
// 12845056), and LlavaOnevisionProcessor._get_number_of_features with 36 grids of 384, 729 tokens and anyres_max_9.
describe("a picture that is not here is counted by the family of the model, as a usual photograph", () => {
  it.each([
    [{ path: "Qwen/Qwen2-VL-7B-Instruct" }, 888],
    [{ openai: "qwen2.5-vl-72b-instruct" }, 888],
    [{ path: "llava-hf/llava-onevision-qwen2-7b-ov-hf" }, 5157],
    [{ path: "meta-llama/Llama-3.2-11B-Vision-Instruct" }, 1],
    [{ path: "me/other" }, 765],
    [{ path: "me/other", family: "mllama" as const }, 1],
  ])("%j: %i tokens", async (model, tokens) => expect(await perPicture(model)).toBe(tokens));

  it.each([
    [64, 64, 4, 1485],
    [42, 70, 4, 1215],
    [20, 300, 11, 783],
    [384, 384, 196, 1485],
    [5000, 3000, 16335, 7239],
    [1218, 3878, 6072, 7254],
  ])("qwen2-vl and llava-onevision, %i × %i", async (width, height, qwen, oneVision) => {
    expect(await perPicture({ path: "a/Qwen2-VL" }, { width, height })).toBe(qwen);
    expect(await perPicture({ path: "a/llava-onevision" }, { width, height })).toBe(oneVision);
  });
});

describe("a picture's size", () => {
  const assumed = { width: 7, height: 5 };
  const sizeOf = async (url: string) => (await openPictureSizes(root, assumed))(url);

  it("is read from the header of its file", async () => {
    const picture = sharp({ create: { width: 123, height: 45, channels: 3, background: "red" } });
    for (const format of ["png", "jpeg", "webp", "gif"] as const) {
      const bytes = await picture.toFormat(format).toBuffer();
      writeFileSync(join(root, `p.${format}`), bytes);
      expect(await sizeOf(`p.${format}#sha256=0`)).toEqual({ width: 123, height: 45 });
      const data = `data:image/${format};base64,${bytes.toString("base64")}`;
      expect(await sizeOf(data)).toEqual({ width: 123, height: 45 });
    }
  });

  it("may come after long metadata", async () => {
    const jpeg = await sharp({ create: { width: 123, height: 45, channels: 3, background: "red" } })
      .jpeg()
      .toBuffer();
    const metadata = Buffer.concat([Buffer.from([0xff, 0xe2, 0xea, 0x60]), Buffer.alloc(0xea60 - 2)]);
    writeFileSync(join(root, "long.jpg"), Buffer.concat([jpeg.subarray(0, 2), metadata, jpeg.subarray(2)]));
    expect(await sizeOf("long.jpg")).toEqual({ width: 123, height: 45 });
  });

  it("is assumed if there is no picture, until there is", async () => {
    writeFileSync(join(root, "text.png"), "not a picture");
    expect(await sizeOf("text.png")).toEqual(assumed);
    expect(await sizeOf("12x34.png#sha256=0")).toEqual(assumed);
    drawPicture(root, 12, 34);
    expect(await sizeOf("12x34.png#sha256=0")).toEqual({ width: 12, height: 34 });
  });
});
