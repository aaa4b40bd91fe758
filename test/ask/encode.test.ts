import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encoded } from "../../lib/ask/encode";
import { pictureRequest, textRequest } from "../../lib/ask/index";
import { appendVectors, readVectors } from "../../lib/ask/vectors";
import { sha256 } from "../../lib/store/index";

const root = mkdtempSync(join(tmpdir(), "wov-encode-"));
afterAll(() => rmSync(root, { recursive: true }));
const decoding = { model: "m", max_tokens: 8, temperature: 0 };

describe("a picture", () => {
  const write = (start: string) => {
    const bytes = Buffer.from(start, "latin1");
    writeFileSync(join(root, "picture"), bytes);
    return { path: "picture", sha256: sha256(bytes) };
  };

  it.each([
    ["jpeg", "\xff\xd8\xff\xe0"],
    ["png", "\x89PNG\r\n"],
    ["gif", "GIF89a"],
    ["webp", "RIFF\n\0\r\xffWEBPVP8"],
  ])("is sent as %s by its first bytes", async (format, start) => {
    const { messages } = await encoded(root, pictureRequest("a", write(start), "What?", decoding));
    const url = `data:image/${format};base64,${Buffer.from(start, "latin1").toString("base64")}`;
    expect(messages).toEqual([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url } },
          { type: "text", text: "What?" },
        ],
      },
    ]);
  });

  it.each(["x\xff\xd8\xff", "PNG", "\n\x89PNG", "xGIF8", "RIFFabcWEBP", "xRIFFabcdWEBP", ""])(
    "that begins with %j is none",
    async (start) =>
      await expect(encoded(root, pictureRequest("a", write(start), "What?", decoding))).rejects.toThrow(
        "request a: picture is not a picture: expected JPEG, PNG, GIF or WebP",
      ),
  );

  it("that is in the request already, or named without a hash, is taken as it is", async () => {
    write("GIF89a");
    const part = (url: string) => ({ type: "image_url" as const, image_url: { url } });
    const { messages } = await encoded(root, textRequest("a", [part("data:x"), part("picture")], decoding));
    expect(messages[0]!.content).toEqual([part("data:x"), part("data:image/gif;base64,R0lGODlh")]);
  });
});

it("a text is sent with the request's other fields, and with those of the endpoint", async () => {
  const request = textRequest("a", "What?", { ...decoding, seed: 3 });
  expect(await encoded(root, request)).toEqual(request.body);
  expect(await encoded(root, request, { top_k: 1, seed: 4 })).toEqual({ ...request.body, top_k: 1, seed: 4 });
});

describe("a file of vectors", () => {
  it("gives back what was added, vector by vector, and cuts off what was not counted", () => {
    const file = join(root, "vectors.f32");
    expect(readVectors(file, [])).toEqual([]);
    appendVectors(file, 0, [[1, 2], [3]]);
    appendVectors(file, 2, [[4, 5]]);
    appendVectors(file, 4, [[6]]);
    expect(readVectors(file, [2, 2, 1])).toEqual([[1, 2], [4, 5], [6]].map((one) => Float32Array.from(one)));
    expect(() => readVectors(file, [2, 2, 2])).toThrow(/has 20 bytes, and the records beside it speak of 24\. Delete/);
    expect(() => readVectors(join(root, "none.f32"), [1])).toThrow(/has 0 bytes, and the records beside it speak of 4/);
  });
});
