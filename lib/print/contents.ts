import type { DrawPicture } from "../benchmark/index";
import type { PaperFacts } from "../published/index";
import {
  agreementTable,
  answersOf,
  categoryTable,
  controlsFigure,
  controlsTable,
  type Figure,
  figure2,
  gapTable,
  growthFigures,
  hasPoints,
  isEmpty,
  lossFigure,
  noiseTable,
  PAGE,
  pilotFigure,
  placesFigure,
  printSize,
  seedsTable,
  sourcesTable,
  type Table,
  table1,
  table2,
  toSvg,
  validationFigure,
} from "../show/index";
import type { Results } from "../study/index";
import type { Numbers } from "./choices";
import { methodDrawing } from "./method";
import {
  publishedFigure2,
  publishedGrowth,
  publishedPilot,
  publishedPilotTable,
  publishedTable2,
  sideBySide,
} from "./published";
import { samplesDrawing } from "./samples";

/** What the numbers can show: the profile's words of its runs, and the paper's name where its numbers are shown. */
export function evidenceOf(evidence: string, { published }: PaperFacts, numbers: Numbers): string {
  const paper = `${numbers === "both" ? "Also the published" : "Published"} numbers of “${published.paper}”.`;
  return [...(numbers === "published" ? [] : [evidence]), ...(numbers === "runs" ? [] : [paper])].join(" ");
}

/** A figure for print: how it is drawn, and what its caption says. */
export interface Drawn {
  name: string;
  title: string;
  note: string;
  /** Whether it takes the page's width, not a column's. */
  wide: boolean;
  draw(): Promise<string>;
}

/** What is written: tables, and figures. */
export interface Contents {
  tables: Table[];
  figures: Drawn[];
}

/** Pixels of the picture in Figure 3, enough for its size on paper. */
const PIXELS = 480;

/** The tables and figures that there are numbers for. */
export function contentsOf(results: Results, picture: DrawPicture, paper: PaperFacts, numbers: Numbers): Contents {
  const { published } = paper;
  const ours = numbers !== "published";
  const theirs = numbers !== "runs";
  const named = Object.keys(results.published.models).length > 0;
  const tables = [
    ...(ours ? studyTables(results) : []),
    ...(theirs ? [publishedPilotTable(published), publishedTable2(published)].map(ours ? (one) => one : numbered) : []),
    ...(numbers === "both" && named ? [agreementTable(results, published)] : []),
  ];
  const bars = (study: Figure, from: Figure) => {
    if (!ours) return numbered(from);
    return numbers === "both" && hasPoints(study) ? sideBySide(from, study) : study;
  };
  const figures = [
    bars(pilotFigure(results), publishedPilot(published)),
    bars(figure2(results), publishedFigure2(published)),
    ...(theirs ? [publishedGrowth(published)] : []),
    ...(ours ? studyFigures(results) : []),
  ];
  return {
    tables: tables.filter((table) => !isEmpty(table)),
    figures: [
      method(evidenceOf(results.evidence, paper, numbers)),
      ...figures.filter(hasPoints).map(plot),
      ...(ours ? samples(results, picture) : []),
    ],
  };
}

/** Gives a table or figure of the paper its number there, for where nothing of the study stands beside it. */
const numbered = <T extends Table | Figure>(one: T): T => ({
  ...one,
  title: one.title.replace(/^(\w+ \d+) of the paper: (.)/, (_, number, first) => `${number}. ${first.toUpperCase()}`),
});

const studyTables = (results: Results): Table[] => [
  table1(results),
  table2(results),
  categoryTable(results),
  gapTable(results),
  controlsTable(results),
  ...(results.seeds.length > 1 ? [seedsTable(results), noiseTable(results)] : []),
  sourcesTable(results),
];

const studyFigures = (results: Results): Figure[] => [
  ...growthFigures(results),
  controlsFigure(results),
  lossFigure(results),
  validationFigure(results),
  placesFigure(results),
];

const plot = (figure: Figure): Drawn => ({
  name: figure.name,
  title: figure.title,
  note: figure.note,
  wide: printSize(figure).width === PAGE,
  draw: () => toSvg(figure, "print"),
});

function method(evidence: string): Drawn {
  const title = "Figure 1. The method: a VLM is trained on text alone, and then asked with pictures";
  return { name: "figure1", title, note: evidence, wide: true, draw: async () => methodDrawing(title) };
}

/** Figure 3: the first training sample of the teacher, and the first item that training set right for most VLMs. */
function samples(results: Results, picture: DrawPicture): Drawn[] {
  const [sample] = results.text(results.teacher)?.kept ?? [];
  const changed = results.items.map((item) => {
    const all = answersOf(results, item);
    return { item, all, right: all.filter(({ before, after }) => before !== item.gold && after === item.gold).length };
  });
  const most = Math.max(0, ...changed.map(({ right }) => right));
  const chosen = changed.find(({ right }) => right === most);
  if (!sample || !chosen) return [];
  const { item, all } = chosen;
  const why =
    most > 0
      ? `the first of those that training turned right for the most VLMs (${most} of ${all.length})`
      : "the first of all, since training turned none right";
  const title = "Figure 3. A sample of the training text, and an item of the benchmark as it is asked";
  const note =
    `Bold, with a check mark: the answer that is labelled right. Sample ${sample.id} is the first that was kept; ` +
    `item ${item.index} is ${why}. ${results.evidence}`;
  const draw = async () => samplesDrawing(title, sample, item, await picture(item.index, PIXELS));
  return [{ name: "figure3", title, note, wide: true, draw }];
}
