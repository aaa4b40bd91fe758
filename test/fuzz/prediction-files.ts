import { readPredictions } from "../../lib/answers/index";
import type { Item } from "../../lib/benchmark/index";
import type { Random } from "../../lib/random";
import { mutateJson, mutateText, randomText, writeJson } from "./mutate";
import { writeScratch } from "./scratch";
import { demand, demandEqual, demandPlace, type Input, type Target } from "./target";

const OPTIONS = [
  { letter: "A", text: "Go." },
  { letter: "B", text: "Stay." },
];
const ITEMS = [1, 2, 3, 40, 500].map(
  (index): Item => ({ index, image: "", options: OPTIONS, gold: "A", category: "", situation: "" }),
);

/** The forms of a line; with those of batches, the reply is always a text. */
const LINE_FORMS: ((index: number, reply: string) => object)[] = [
  (index, reply) => ({ index, reply }),
  (index, prediction) => ({ custom_id: String(index), prediction }),
  (index, response) => ({ id: index, response, model: "m" }),
  (index, content) => ({
    custom_id: String(index),
    response: { status_code: 200, body: { choices: [{ index: 0, message: { role: "assistant", content } }] } },
    error: null,
  }),
];

type Lines = { lines: object[]; replies: Map<number, string> };

function makeLines(random: Random): Lines {
  const form = random.pick(LINE_FORMS);
  const replies = new Map(
    ITEMS.map(
      ({ index }) => [index, random.pick(["A", "The answer is B.", "", "é\n\u2028x", randomText(random)])] as const,
    ),
  );
  return { lines: [...replies].map(([index, reply]) => form(index, reply)), replies };
}

function write(random: Random, lines: readonly unknown[]): string {
  if (random.next() < 0.25) return writeJson(random, lines);
  const text = lines.map((line) => JSON.stringify(line)).join(random.pick(["\n", "\n", "\r\n", "\n\n"]));
  return random.pick(["", "", "\ufeff"]) + text + random.pick(["", "\n"]);
}

function input(text: string, check: (replies: Map<number, string>) => void = () => {}, allowMissing = true): Input {
  const file = writeScratch("predictions.jsonl", text);
  return {
    text,
    read: () => readPredictions(file, ITEMS, { allowMissing }),
    check: (result, error) => {
      if (error) return demandPlace(error, file, /line \d|entry \d|is empty|no prediction|no reply|JSON/);
      const replies = result as Map<number, string>;
      for (const [index, reply] of replies) {
        demand(
          ITEMS.some((item) => item.index === index),
          `a reply to the unknown item ${index}`,
        );
        demand(typeof reply === "string", `the reply to item ${index} is no text`);
      }
      check(replies);
    },
  };
}

const kinds: ((random: Random) => Input)[] = [
  // Well-formed files are read as they were meant, in whatever order their lines are.
  (random) => {
    const { lines, replies } = makeLines(random);
    const made = input(write(random, random.shuffle(lines)), (read) => {
      const sorted = (map: Map<number, string>) => [...map].sort(([a], [b]) => a - b);
      demandEqual(sorted(read), sorted(replies), "replies");
    });
    const check: Input["check"] = (result, error) => {
      demand(!error, `refused: ${error?.message}`);
      made.check(result, error);
    };
    return { ...made, check };
  },
  (random) => {
    const { lines } = makeLines(random);
    const changed = mutateJson(random, lines);
    return input(write(random, Array.isArray(changed) ? changed : [changed]), () => {}, random.next() < 0.5);
  },
  (random) => {
    const { lines } = makeLines(random);
    return input(mutateText(random, write(random, lines)));
  },
  (random) => input(randomText(random, ['{"index": 1, "reply": "A"}', '{"index": 1', "[", "]", "\n"])),
  (random) => input(random.pick(["[", "{", '{"a":', '"', "\\", "1 ", "\n", "NaN,"]).repeat(random.int(50_000))),
];

/** Files of what a model replied to a benchmark's items. */
export const predictionFiles: Target = {
  name: "prediction-files",
  weight: 10,
  make: (random) => random.pick(kinds)(random),
};
