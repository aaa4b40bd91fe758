import { type AuditedBenchmark, auditBenchmark, summarizeAudit } from "../../lib/benchmark/index";
import { drawItems } from "../../lib/pocket/index";
import type { Random } from "../../lib/random";
import { mutateJson, mutateText, randomText, writeJson } from "./mutate";
import { writeScratch } from "./scratch";
import { demand, demandEqual, demandPlace, type Input, type Target } from "./target";

const ROWS = drawItems("test", 6, 1).map(({ row }) => ({
  ...row,
  image_url: `https://example.org/${row.index}.png`,
  action_answer: `- Actions:\n${row.action_list.join("\n")}\n  - Selected Action: ${row.answer}`,
}));

function input(text: string, check: (benchmark: AuditedBenchmark) => void = () => {}): Input {
  const file = writeScratch("benchmark.json", text);
  return {
    text,
    read: () => {
      const audited = auditBenchmark(file, "images");
      summarizeAudit(audited);
      return audited;
    },
    check: (result, error) => {
      if (error)
        return demandPlace(error, file, /: row \d+|cannot be read as a benchmark: |expected a JSON list|two items/);
      const audited = result as AuditedBenchmark;
      demand(audited.items.length > 0, "no items");
      demand(new Set(audited.items.map(({ index }) => index)).size === audited.items.length, "an index twice");
      for (const { index, options, gold, image } of audited.items) {
        const letters = options.map(({ letter }) => letter);
        demand(
          letters.length > 1 && new Set(letters).size === letters.length,
          `item ${index} has the options ${letters}`,
        );
        demand(
          options.every(({ text }) => text.trim() !== ""),
          `item ${index} has an option without a text`,
        );
        const isToldOf = audited.faults.some((fault) => fault.index === index && fault.kind === "missing-gold-option");
        demand(
          letters.includes(gold) || isToldOf,
          `item ${index} lacks its right option ${gold}, and no fault says so`,
        );
        demand(/^images\/[^/\\\p{Cc}]+$/u.test(image), `item ${index} has the picture ${JSON.stringify(image)}`);
      }
      check(audited);
    },
  };
}

const kinds: ((random: Random) => Input)[] = [
  // The items do not depend on their order in the file, nor on how the JSON is written.
  (random) => {
    const rows = random.shuffle(ROWS);
    return input(random.pick(["", "\ufeff"]) + writeJson(random, rows), ({ items }) =>
      demandEqual(
        items.map(({ index, gold }) => `${index} ${gold}`),
        rows.map(({ index, answer }) => `${index} ${answer}`),
        "right options",
      ),
    );
  },
  (random) => input(writeJson(random, mutateJson(random, ROWS))),
  (random) => input(writeJson(random, [{ ...ROWS[0], ...randomFields(random) }, ROWS[1]])),
  (random) => input(mutateText(random, writeJson(random, ROWS))),
  (random) => input(randomText(random, ["[", "{", '"index": 1', "NaN", ","])),
  (random) => input(`[${random.pick(["[", "{", '{"a":', '"', "\\", "NaN,", "\n"]).repeat(random.int(50_000))}]`),
];

/** Fields of a row with texts at random: labels of options, names of pictures, answers in words. */
function randomFields(random: Random): object {
  const words = ["A", "B. ", "C)", "Go", "Selected Action: ", "Answer: ", ".png", "..", "/", "-", "\n"];
  const text = () => randomText(random, words);
  return random.pick<object>([
    { action_list: Array.from({ length: 1 + random.int(5) }, (_, i) => `${"ABCDE"[i]}${text()}`) },
    { image_file: text() },
    { answer: null, action_answer: text() },
    { answer: text() },
    { situation_description: text(), reason: text(), category: text() },
    { index: random.pick([-1, 0, 2 ** 60, 1.5, "1", null]) },
  ]);
}

/** Benchmarks in VIVA's format. */
export const benchmarkFiles: Target = {
  name: "benchmark-files",
  weight: 8,
  make: (random) => random.pick(kinds)(random),
};
