import type { Results, SourceText } from "../../lib/study/index";
import { captionCell, pictureCell } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "../show/results";

const ITEMS = 1240;

const text: SourceText = {
  kept: Array.from({ length: 600 }, (_, i) => ({
    id: `sample-${i}`,
    situation: `Someone waits ${i}.`,
    question: "What comes first?",
    options: [
      { letter: "A", text: "Help." },
      { letter: "B", text: "Go." },
    ],
    answer: "A",
    rationale: "It is near.",
    source: "teacher",
    call: "call-0",
  })),
  rejected: [{ reason: "no JSON", what: "[{", call: "call-1" }],
};

/** As many answers as the paper's study has: 1,240 items, 30 systems. */
export function largeResults(): Results {
  const { items: few } = makeResults();
  const categories = ["Emergent Situation", "Child Safety", "Other Situation"];
  const items = Array.from({ length: ITEMS }, (_, i) => ({
    ...few[i % few.length]!,
    index: i + 1,
    image: `${i + 1}.png`,
    category: categories[i % categories.length]!,
    situation: `Situation ${i + 1} ${i % 10 === 0 ? "needle" : ""}`,
  }));
  const sizes = Array.from({ length: 14 }, (_, i) => i + 1);
  const found = [
    resultOf(captionCell("llm"), 1000, items),
    ...["vlm", "other-vlm"].flatMap((model) => [
      resultOf(pictureCell(model), 600, items),
      ...sizes.map((size) => resultOf(trainedCell(model, "teacher", size), 700 + 20 * size, items)),
    ]),
  ].slice(0, 30);
  return Object.assign(makeResults({ found, items }), { sizes, text: () => text });
}
