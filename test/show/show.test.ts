import { describe, expect, it } from "vitest";
import {
  chooseItems,
  claims,
  compare,
  controlsFigure,
  figure2,
  findItem,
  growthFigures,
  hasPoints,
  itemCard,
  lettersFigure,
  lossFigure,
  pilotFigure,
  repeatsFigure,
  table1,
  table2,
  themesFigure,
  toCsv,
  toHtml,
  toMarkdown,
  toPlotly,
  toSvg,
  validationFigure,
  wrongForAll,
} from "../../lib/show/index";
import { captionCell, pictureCell, type Results } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "./results";

const results = makeResults();
const draw = async () => Buffer.from("a picture");

describe("tables", () => {
  it("have the numbers, their intervals and what they mean", () => {
    expect(toMarkdown(table1(results))).toMatchInlineSnapshot(`
      "**Table 1. Who chooses better: language models that read a caption, or vision-language models that see the picture?**

      | Model | Input | Accuracy, % | 95 % interval | Right | Unparsed | Items | Its base LLM on captions is ahead by |
      | --- | --- | --: | --- | --: | --: | --: | --- |
      | LLM | caption | 75.00 | 59.8–85.8 | 30 | 0 | 40 |  |
      | VLM | picture | 55.00 | 39.8–69.3 | 22 | 0 | 40 | +20.0 (p 0.0078) |
      | OTHER VLM | picture | 50.00 | 35.2–64.8 | 20 | 0 | 40 | +25.0 (p 0.0039) |

      p: exact McNemar test, with Holm's correction over the 2 comparisons in this table. Made up \\<for a test> & nothing else.
      "
    `);
    expect(toMarkdown(table2(results))).toMatchInlineSnapshot(`
      "**Table 2. Accuracy on pictures (%) after training on text alone, by source and number of samples**

      | Model | Before | Source of the text | 10 | 20 |
      | --- | --: | --- | --: | --: |
      | VLM | 55.00 | Teacher | 80.00 (+25.0*) | 85.00 (+30.0*) |
      | VLM | 55.00 | Llm, its own base | 70.00 (+15.0) | 75.00 (+20.0) |
      | OTHER VLM | 50.00 | Teacher | 80.00 (+30.0*) | 85.00 (+35.0*) |
      | OTHER VLM | 50.00 | Llm, its own base | 70.00 (+20.0) | 75.00 (+25.0*) |

      In parentheses: points gained over the same model before training. * p < 0.01. p: exact McNemar test, with Holm's correction over the 8 comparisons in this table. Each comparison is on the 40 items that both saw. Made up \\<for a test> & nothing else.
      "
    `);
  });

  it("quote what CSV needs quoted, and escape what HTML would read as its own", () => {
    const table = {
      name: "t",
      title: "<T>",
      note: "n",
      columns: [{ key: "a", label: "A, or B" }],
      rows: [{ a: 'say "hi" <b>' }],
    };
    expect(toCsv(table)).toBe('"A, or B"\n"say ""hi"" <b>"\n');
    expect(toHtml(table)).toContain(">say &#34;hi&#34; &lt;b&gt;</td>");
  });
});

describe("claims", () => {
  it("are borne out or not by the numbers", () => {
    expect(claims(results).map(({ holds }) => holds)).toMatchInlineSnapshot(`
      [
        true,
        true,
        false,
        true,
        false,
        true,
      ]
    `);
    const behind = [resultOf(captionCell("llm"), 5), resultOf(pictureCell("vlm"), 22)];
    expect(claims(makeResults({ found: behind }))[0]!.holds).toBe(false);
  });

  it("are open while a number that decides is missing", () => {
    const { cells, get } = makeResults();
    const found = cells.filter(({ input }) => input === "picture").map((cell) => get(cell)!);
    const [gap, teacher] = claims(makeResults({ cells, found }));
    expect(gap).toMatchObject({ holds: undefined, numbers: "VLM –; OTHER VLM –" });
    expect(teacher!.holds).toBe(true);
  });
});

describe("figures", () => {
  const figures = [
    pilotFigure,
    figure2,
    (some: Results) => growthFigures(some)[0]!,
    controlsFigure,
    lossFigure,
    validationFigure,
    lettersFigure,
    themesFigure,
    repeatsFigure,
  ].map((make) => make(results));

  it.each(figures)("$name is equal SVG from equal results, with the evidence under its title", async (figure) => {
    const svg = await toSvg(figure);
    expect(svg).toBe(await toSvg(figure));
    const text = svg.replace(/<[^>]+>/g, " ").replace(/\s+/g, " "); // without elements: the note has several lines
    expect(text).toContain("Made up &lt;for a test&gt; &amp; nothing else.");
    expect(svg).toMatchSnapshot();
  });

  it.each(figures)("$name has all its points in plotly", (figure) => {
    const { data } = toPlotly(figure) as { data: { y: number[]; fill?: string }[] };
    const points = figure.panels.flatMap(({ series }) => series.map(({ points }) => points.map(({ y }) => y)));
    expect(data.filter(({ fill }) => !fill).map(({ y }) => y)).toEqual(points); // bands are filled
  });
});

it("the figure of the controls has the teacher's answers of the same size beside the model's own", () => {
  const named = ({ series }: { series: { name: string; points: { x: unknown; y: number }[] }[] }) =>
    series.map(({ name, points }) => [name, ...points.map(({ x, y }) => `${x} ${y}`)]);
  const { panels, note } = controlsFigure(results);
  expect(named(panels[0]!)).toEqual([
    ["before", "VLM 55"],
    ["trained on the teacher's answers", "VLM 80"], // 32 of 40, as all of 10 samples; with 20 it would be 85
    ["trained on its own answers", "VLM 57.5"],
    ["the teacher's, but another picture shown", "VLM 25"],
  ]);
  expect(note).toContain("After training: on 10 samples.");
  const plain = results.cells.filter(({ trained }) => !trained);
  expect(hasPoints(controlsFigure({ ...results, cells: plain }))).toBe(false);
});

describe("a plotly figure", () => {
  const series = (name: string) => ({ name, points: [{ x: 0, y: 1 }] });
  const figure = {
    ...pilotFigure(results),
    title: "A <b> & title",
    note: "word ".repeat(60),
    panels: [
      { title: "One", series: [series("a")] },
      { title: "Two", series: [series("a"), series("b")] },
      { title: "Three", series: [series("c")] },
    ],
  };
  const { data, layout } = toPlotly(figure) as {
    data: { name: string; showlegend: boolean }[];
    layout: { title: { text: string }; annotations: object[]; height: number; width?: number };
  };

  it("has each series once in its legend, also those that the first panel lacks", () => {
    expect(data.filter(({ showlegend }) => showlegend).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  it("centres the titles of panels, and grows with its note", () => {
    expect(layout.annotations).toEqual(
      ["One", "Two", "Three"].map((text) => expect.objectContaining({ text, xanchor: "center" })),
    );
    expect(layout.title.text).toMatch(/^<b>A &lt;b&gt; &amp; title<\/b><br>/);
    const { layout: short } = toPlotly({ ...figure, note: "" }) as { layout: { height: number } };
    expect(layout.height).toBeGreaterThan(short.height);
    expect(layout.width).toBeUndefined(); // as wide as there is room
  });
});

describe("an item", () => {
  it("shows what each model chose, and escapes what models wrote", async () => {
    const card = await itemCard(results, results.items[25]!, draw);
    expect(card).toContain("Help &lt;now&gt;.");
    expect(card).toContain("LLM <b>A</b> ✓");
    expect(card).toContain("VLM <b>B</b> ✗ → <b>A</b> ✓");
    expect(card).toContain("<li><b>A. Help &lt;now&gt;. ✓</b></li><li>B. Walk on.</li>"); // marked without a style sheet
  });

  it("is found by its number, and an error says which numbers there are", () => {
    expect(findItem(results, 5).index).toBe(5);
    for (const number of [0, 41, 1.5, Number.NaN])
      expect(() => findItem(results, number)).toThrow(
        `no item ${number}: expected the number of an item, from 1 to 40`,
      );
  });

  it("is among those that all models had wrong, or that training changed, by its number", () => {
    expect(wrongForAll(results)).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
    expect(wrongForAll(makeResults({ found: [] }))).toEqual([]);
    expect(chooseItems(results, 3)).toEqual([21, 25, 29]);
  });
});

describe("results that are not all there", () => {
  const { cells } = makeResults();
  const pilot = makeResults({ cells, found: [resultOf(captionCell("llm"), 30), resultOf(pictureCell("vlm"), 22)] });

  it("show – for what is missing", () => {
    expect(table1(pilot).rows).toMatchObject([
      { model: "LLM", accuracy: "75.00" },
      { model: "VLM", accuracy: "55.00", gap: expect.stringMatching(/^\+20\.0/) },
      { model: "OTHER VLM", accuracy: "–", correct: "–", gap: "–" },
    ]);
    expect(table2(pilot).rows[0]).toMatchObject({ before: "55.00", "10": "–", "20": "–" });
    expect(figure2(pilot).panels[0]!.series.map(({ points }) => points.length)).toEqual([1, 0]);
  });

  it("are compared on the items that both saw", () => {
    const half = resultOf(pictureCell("vlm"), 10, results.items.slice(0, 20));
    const compared = compare(
      makeResults({ cells, found: [half, resultOf(captionCell("llm"), 30)] }),
      pictureCell("vlm"),
      captionCell("llm"),
    );
    expect(compared).toMatchObject({ items: 20, points: 50, gained: 10, lost: 0 });
  });
});

describe("several training seeds", () => {
  const seeds = [1, 2, 3];
  const found = [
    resultOf(pictureCell("vlm"), 20),
    ...seeds.map((seed) => resultOf(trainedCell("vlm", "teacher", 20, seed), 24 + 2 * seed)),
  ];
  const seeded = makeResults({ found, seeds });

  it("give a cell with their mean and the interval of the gain, and nothing for a size that the study lacks", () => {
    // With scipy: variances over items 0.37591^2 / 40 and over seeds 0.05^2 / 3, t with 28.57 degrees of freedom.
    expect(table2(seeded).rows[0]).toMatchObject({ "20": "70.00 (+20.0*; +6.5 to +33.5)", "10": "" });
    expect(table2(seeded).note).toContain("means over 3 training seeds, with the gain's interval");
  });

  it("give a point with the range over seeds", () => {
    const [, after] = figure2(seeded).panels[0]!.series;
    expect(after!.points).toEqual([{ x: "VLM", y: 70, low: 65, high: 75 }]);
    expect(figure2(seeded).note).toContain("over 3 training seeds their range");
  });
});
