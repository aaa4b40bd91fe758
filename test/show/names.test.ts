import { expect, it } from "vitest";
import type { Figure } from "../../lib/show/figure";
import { toPlotly } from "../../lib/show/plotly";

const bars = (...names: string[]): Figure => ({
  name: "a",
  title: "A",
  note: "",
  kind: "bars",
  x: "x",
  y: "y",
  panels: [{ title: "", series: [{ name: "s", points: names.map((x, y) => ({ x, y })) }] }],
});

it("breaks names below bars, and never in a word, so that plotly does not tilt them", () => {
  const { layout } = toPlotly(bars("LLaVA-OneVision (tiny)", "a <b>", "fire, water, falls")) as {
    layout: { xaxis: { ticktext: string[]; tickangle: number } };
  };
  expect(layout.xaxis).toMatchObject({
    tickangle: 0,
    ticktext: ["LLaVA-OneVision<br>(tiny)", "a &lt;b&gt;", "fire, water,<br>falls"],
  });
});

it("makes room for the lines", () => {
  const heightOf = (...names: string[]) => (toPlotly(bars(...names)).layout as { height: number }).height;
  expect(heightOf("LLaVA-OneVision (tiny)")).toBeGreaterThan(heightOf("A"));
});
