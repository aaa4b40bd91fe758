import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { WovError } from "../errors";
import { type ScreenReport, screenFile } from "../screen/index";
import { toMarkdown } from "../show/index";
import { readKnown } from "./known";

interface Given {
  samples: string;
  against?: string[];
  duplicate: number;
  leak: number;
  leakOptions: number;
  out?: string;
  json?: boolean;
}

/** `wov screen`: duplicates in anyone's samples, and what leaked into them from a benchmark. */
export function addScreen(program: Command): void {
  const threshold = (text: string) => {
    const value = Number(text);
    if (value > 0 && value <= 1) return value;
    throw new WovError(`expected a similarity above 0 and up to 1, got '${text}'`, 2);
  };
  program
    .command("screen")
    .description("find duplicates among samples, and what leaked into them from other texts")
    .requiredOption("--samples <file>", "JSON Lines with a text and, where there are, options")
    .option("--against <files...>", "benchmarks in VIVA's format, or JSON Lines, that must not shine through")
    .option("--duplicate <similarity>", "from which two samples are one (Jaccard, of word triples)", threshold, 0.7)
    .option("--leak <similarity>", "from which a situation is a known one", threshold, 0.5)
    .option("--leak-options <similarity>", "from which options are known ones", threshold, 0.5)
    .option("--out <file>", "write the lines that stay to this file")
    .option("--json", "print it as JSON, with each rejected line")
    .action(run);
}

async function run({ samples, against = [], out, json, ...thresholds }: Given): Promise<void> {
  const known = against.flatMap(readKnown);
  const report = await screenFile({ file: samples, known, thresholds });
  if (out) await copyKept(samples, out, report);
  process.stdout.write(json ? `${JSON.stringify(report, null, 1)}\n` : forPeople(samples, report));
}

async function copyKept(from: string, to: string, { rejected }: ScreenReport): Promise<void> {
  const gone = new Set(rejected.map(({ line }) => line));
  await pipeline(async function* () {
    let number = 0;
    for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Number.POSITIVE_INFINITY }))
      if (!gone.has(++number) && line.trim()) yield `${line}\n`;
  }, createWriteStream(to));
}

const SHOWN = 10;

function forPeople(file: string, { read, kept, rejected, counts }: ScreenReport): string {
  const table = toMarkdown({
    name: "screen",
    title: `${file}: ${read} read, ${kept} kept`,
    note: rejected.length > SHOWN ? `The first ${SHOWN}; --json lists all.` : "",
    columns: [
      { key: "line", label: "Line", numeric: true },
      { key: "id", label: "Id" },
      { key: "reason", label: "Rejected as" },
      { key: "twin", label: "Like" },
      { key: "twinFrom", label: "Of" },
      { key: "score", label: "Similarity", numeric: true },
    ],
    rows: rejected.slice(0, SHOWN).map(({ line, id, reason, twin = "", twinFrom = "", score }) => ({
      line,
      id,
      reason,
      twin,
      twinFrom,
      score: score === undefined ? "" : score.toFixed(2),
    })),
  });
  const all = Object.entries(counts).map(([reason, n]) => `${n} ${reason}`);
  return `${table}\n${all.length ? `Rejected: ${all.join(", ")}.` : "Nothing was rejected."}\n`;
}
