import { expect, it } from "vitest";
import { drawItems, renderPng } from "../../lib/pocket/index";
import { renderBeside } from "../../lib/pocket/render-beside";

const svgs = drawItems("test", 5, 1).map(({ picture }) => picture.svg);

it("draws the same pictures in a thread, each for the one who asked", async () => {
  const beside = await Promise.all(svgs.map((svg, i) => renderBeside(svg, 64 + i)));
  for (const [i, png] of beside.entries()) expect(png.equals(renderPng(svgs[i]!, 64 + i))).toBe(true);
});

it("fails for a drawing that is none, and draws the next", async () => {
  await expect(renderBeside("no drawing", 64)).rejects.toThrow(/SVG/);
  expect((await renderBeside(svgs[0]!, 64)).equals(renderPng(svgs[0]!, 64))).toBe(true);
});
