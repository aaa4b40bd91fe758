import type { Random } from "../../lib/random";
import { DEFAULT_THRESHOLDS, type KnownText, type ScreenReport, screenFile } from "../../lib/screen/index";
import { mutateJson, mutateText, randomText, writeJson } from "./mutate";
import { writeScratch } from "./scratch";
import { demandEqual, demandPlace, type Input, type Target } from "./target";

const KNOWN_TEXT =
  "A boy has fallen into the deep lake while his friends watch from the wooden pier without helping him.";
const KNOWN: KnownText[] = [{ name: "item 1", from: "benchmark", situations: [KNOWN_TEXT], options: [] }];

const situation = (random: Random) =>
  `${random.pick(["A nurse", "An old man", "The teacher", "A cyclist"])} ${random.pick(["sees", "hears", "meets"])} ` +
  `${random.pick(["a crying child", "two dogs", "a broken lift", "smoke"])} at ${random.int(24)} o'clock in ${random.int(1000)} street`;

/** The forms of a sample with a text. */
const FORMS: ((text: string) => object)[] = [
  (text) => ({ id: text, situation: text, options: ["Go.", "Stay."] }),
  (text) => ({ text }),
  (prompt) => ({ prompt, completion: "A" }),
  (content) => ({
    messages: [
      { role: "system", content: "You help." },
      { role: "user", content },
    ],
  }),
  (value) => ({
    conversations: [
      { from: "human", value },
      { from: "gpt", value: "A" },
    ],
  }),
  (input) => ({ instruction: "Choose what to do.", input, output: "A" }),
  (text) => ({ messages: [{ role: "user", content: [{ type: "text", text }] }] }),
];

function input(text: string, check: (report: ScreenReport) => void = () => {}): Input {
  const file = writeScratch("samples.jsonl", text);
  return {
    text,
    read: () => screenFile({ file, known: KNOWN, thresholds: DEFAULT_THRESHOLDS, threads: 1 }),
    check: (result, error) => {
      if (error) return demandPlace(error, file, /is empty|line \d|none of its \d+ lines|no text|expected/);
      const report = result as ScreenReport;
      const lines = text
        .replace(/^\ufeff/, "")
        .split("\n")
        .filter((line) => line.trim()).length;
      demandEqual(report.read, lines, "lines read");
      demandEqual(report.kept + report.rejected.length, report.read, "lines kept and rejected");
      check(report);
    },
  };
}

const kinds: ((random: Random) => Input)[] = [
  // A known text is found whatever the form of the sample, and whatever stands around it; the others are kept.
  (random) => {
    const form = random.pick(FORMS);
    const around = random.pick<(text: string) => string>([
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => `Given a situation, choose an action.\nSituation: ${text}\nOptions:\nA. Go.\nB. Stay.`,
      (text) => `${situation(random)}. ${text}`,
    ]);
    const others = [...new Set(Array.from({ length: 3 }, () => situation(random)))].map((text) => ({
      text,
      bad: false,
    }));
    const all = random.shuffle([...others, { text: around(KNOWN_TEXT), bad: true }]);
    const lines = all.map(({ text }) => writeJson(random, form(text)).replaceAll("\n", ""));
    return input(lines.join("\n"), ({ rejected }) => {
      const found = rejected.filter(({ reason }) => reason === "contamination").map(({ line }) => line);
      demandEqual(found, [all.findIndex(({ bad }) => bad) + 1], "contaminated lines");
    });
  },
  (random) => {
    const lines = Array.from({ length: 4 }, () =>
      JSON.stringify(mutateJson(random, random.pick(FORMS)(situation(random)))),
    );
    return input(lines.join("\n"));
  },
  (random) =>
    input(
      mutateText(
        random,
        Array.from({ length: 4 }, () => JSON.stringify(random.pick(FORMS)(situation(random)))).join("\n"),
      ),
    ),
  (random) => input(randomText(random, ['{"text": "', '"}', "\n", "a b c d e "])),
  (random) =>
    input(JSON.stringify({ text: random.pick(["a ", "a b c ", "中文 ", "\u0301", "-"]).repeat(random.int(5000)) })),
];

/** Files of training samples, as they are screened. */
export const sampleFiles: Target = { name: "sample-files", weight: 2, make: (random) => random.pick(kinds)(random) };
