import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Part, pictureRequest, type Request, textRequest } from "../../lib/ask/index";
import { renderPng } from "../../lib/pocket/index";
import { sha256 } from "../../lib/store/index";

export const decoding = { model: "m", max_tokens: 8, temperature: 0 };
const QUESTION =
  "What should be done first?\n\nA. Call for help at once.\nB. Use the map to help the boy — naïvely. 日本\n";

/** A picture in a folder: a drawing, `width` pixels wide and `height` high. */
export function drawPicture(root: string, width: number, height: number): { path: string; sha256: string } {
  const path = `${width}x${height}.png`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><circle r="9"/></svg>`;
  const bytes = renderPng(svg, width);
  writeFileSync(join(root, path), bytes);
  return { path, sha256: sha256(bytes) };
}

/** Requests whose tokens were measured, by name. Their pictures are drawn into a folder. */
export function drawRequests(root: string): Record<string, Request> {
  const one = (width: number, height: number) =>
    pictureRequest(`${width}x${height}`, drawPicture(root, width, height), QUESTION, decoding);
  const pictures = [one(64, 64), one(300, 120)].flatMap(({ body }) => body.messages[0]!.content.slice(0, 1) as Part[]);
  return {
    text: textRequest("text", QUESTION, decoding),
    parts: textRequest(
      "parts",
      [
        { type: "text", text: "Hello, " },
        { type: "text", text: "world!" },
      ],
      decoding,
    ),
    square: one(64, 64),
    wide: one(300, 120),
    narrow: one(20, 90),
    two: textRequest("two", [...pictures, { type: "text", text: "Which?" }], decoding),
  };
}
