import { describe, expect, it } from "vitest";
import { columnsOf } from "../../lib/show/for-print";
import { type Figure, PAGE, printSize, toSvg } from "../../lib/show/index";

describe("names under bars", () => {
  const series = (name: string, names: string[]) => ({ name, points: names.map((x) => ({ x, y: 70.125 })) });
  const figureOf = (...panels: string[][]): Figure => ({
    ...{ name: "bars", title: "Bars", note: "", kind: "bars", x: "model", y: "accuracy, %" },
    panels: panels.map((names, i) => ({ title: `panel ${i}`, series: ["a", "b"].map((name) => series(name, names)) })),
  });
  const [small, many] = [
    ["Mllama", "Qwen2-VL", "LLaVA-OneVision"],
    ["", ", build 2"].flatMap((build) =>
      ["Mllama", "Qwen2-VL", "LLaVA-OneVision"].map((name) => `${name} (tiny)${build}`),
    ),
  ];
  const textsOf = async (figure: Figure) =>
    [...(await toSvg(figure, "print")).matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((found) => found[1]!);

  it("are broken between words alone, and have room: one panel in a column, else on the page, else one below the other", async () => {
    const texts = await textsOf(figureOf(many));
    expect(texts).toEqual(expect.arrayContaining(["Qwen2-VL", "LLaVA-OneVision", "(tiny), build 2"]));
    expect(texts.filter((text) => text.endsWith("-"))).toEqual([]);
    expect([figureOf(small), figureOf(many)].map((figure) => printSize(figure).width)).toEqual([218, PAGE]);
    expect([figureOf(small, small), figureOf(small, many)].map(columnsOf)).toEqual([2, 1]);
  });

  it("have bars of their own in each panel", async () => {
    const svg = await toSvg(figureOf(small, many), "print");
    const bars = [...svg.matchAll(/<path d="M([\d.]+),[\d.]+h([\d.]+)v[\d.]+h-/g)].map(([, left, width]) => ({
      left: Number(left),
      width: Number(width),
    }));
    const narrow = Math.min(...bars.map(({ width }) => width));
    const study = bars.filter(({ width }) => width === narrow).sort((a, b) => a.left - b.left);
    expect(study).toHaveLength(12);
    for (const [i, bar] of study.slice(1).entries())
      expect(bar.left).toBeGreaterThanOrEqual(study[i]!.left + bar.width - 0.01);
  });

  it("are there with values that have the digits of the tables", async () => {
    expect((await textsOf(figureOf(small))).filter((text) => text === "70.13")).toHaveLength(6);
  });
});
