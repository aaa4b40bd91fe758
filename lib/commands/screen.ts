import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { textRequest } from "../ask/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { type Known, type Paraphrase, readLine, type Screenable, type ScreenReport, screenFile } from "../screen/index";
import { toMarkdown } from "../show/index";
import { embeddedTexts, findParaphrases } from "../study/index";
import { addEndpointOptions, type EndpointOptions, withEndpoint } from "./endpoint";
import { readKnown } from "./known";

interface Given extends EndpointOptions {
  samples: string;
  against?: string[];
  duplicate: number;
  contamination: number;
  contaminationOptions: number;
  embed?: string;
  paraphrase: number;
  out?: string;
  json?: boolean;
}

/** What the second sieve found among those that the first one let pass. */
interface SecondReport {
  model: string;
  threshold: number;
  read: number;
  kept: number;
  rejected: (Paraphrase & { line: number })[];
}

/** `wov screen`: duplicates in anyone's samples, and what leaked into them from a benchmark. */
export function define(command: Command): void {
  command
    .requiredOption("--samples <file>", "JSON Lines with a text and, where there are, options")
    .option("--against <files...>", "benchmarks in VIVA's format, or JSON Lines, that must not shine through")
    .option("--duplicate <similarity>", "from which two samples are one (Jaccard, of word triples)", similarity, 0.7)
    .option("--contamination <similarity>", "from which a situation is a known one", similarity, 0.5)
    .option("--contamination-options <similarity>", "from which options are known ones", similarity, 0.5)
    .option("--embed <model>", "a second sieve for paraphrases: this embedding model, at the endpoint")
    .option("--paraphrase <cosine>", "from which two texts say the same", similarity, 0.9)
    .option("--out <file>", "write the lines that stay to this file")
    .option("--json", "print it as JSON, with each rejected line");
  addEndpointOptions(command).action(run);
}

function similarity(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new WovError(`expected a similarity above 0 and up to 1, got '${text}'`, 2);
}

async function run({ samples, against = [], out, json, ...given }: Given): Promise<void> {
  const known = against.flatMap(readKnown);
  const { duplicate, contamination, contaminationOptions } = given;
  const first = await screenFile({
    file: samples,
    known,
    thresholds: { duplicate, contamination, contaminationOptions },
  });
  const gone = new Set(first.rejected.map(({ line }) => line));
  const second = given.embed ? await findSecond(samples, known, gone, given.embed, given) : undefined;
  if (given.embed && !second) return; // only the plan was asked for
  for (const { line } of second?.rejected ?? []) gone.add(line);
  if (out) await copyKept(samples, out, gone);
  if (json) process.stdout.write(`${JSON.stringify({ ...first, ...(second && { paraphrases: second }) }, null, 1)}\n`);
  else process.stdout.write(formatText(samples, first) + (second ? formatParaphrases(second) : ""));
}

/** Lines that the first sieve let pass, compared by what they mean. */
async function findSecond(
  file: string,
  known: readonly Known[],
  gone: ReadonlySet<number>,
  model: string,
  given: Omit<Given, "samples">,
): Promise<SecondReport | undefined> {
  const root = projectRoot();
  const samples: Screenable[] = [];
  const lineOf = new Map<string, number>();
  for await (const { line, number } of linesOf(file)) {
    const read = gone.has(number) || !line.trim() ? undefined : readLine(line, number);
    if (typeof read !== "object") continue;
    samples.push(read);
    lineOf.set(read.id, number);
  }
  const asked = { samples, known, model, threshold: given.paraphrase };
  // Priced as if each text were a request that is answered with nothing.
  const priced = embeddedTexts(asked).map(({ id, text }) =>
    textRequest(id, text, { model, max_tokens: 0, temperature: 0 }),
  );
  const rejected = await withEndpoint(root, { ...given, model, requests: priced }, (sending) =>
    findParaphrases(root, asked, sending),
  );
  if (!rejected) return undefined;
  const listed = rejected.map((one) => ({ ...one, line: lineOf.get(one.id)! }));
  return {
    model,
    threshold: given.paraphrase,
    read: samples.length,
    kept: samples.length - listed.length,
    rejected: listed,
  };
}

async function* linesOf(file: string): AsyncGenerator<{ line: string; number: number }> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }))
    yield { line: ++number === 1 ? line.replace(/^\uFEFF/, "") : line, number };
}

async function copyKept(from: string, to: string, gone: ReadonlySet<number>): Promise<void> {
  await pipeline(async function* () {
    for await (const { line, number } of linesOf(from)) if (!gone.has(number) && line.trim()) yield `${line}\n`;
  }, createWriteStream(to));
}

const MAX_SHOWN = 10;
type Row = { line: number; id: string; reason: string; twin?: string; twinFrom?: string; score?: number };

function tableOf(title: string, rejected: readonly Row[]): string {
  return toMarkdown({
    name: "screen",
    title,
    note: rejected.length > MAX_SHOWN ? `The first ${MAX_SHOWN}; --json lists all.` : "",
    columns: [
      { key: "line", label: "Line", numeric: true },
      { key: "id", label: "Id" },
      { key: "reason", label: "Rejected as" },
      { key: "twin", label: "Like" },
      { key: "twinFrom", label: "Of" },
      { key: "score", label: "Similarity", numeric: true },
    ],
    rows: rejected.slice(0, MAX_SHOWN).map(({ line, id, reason, twin = "", twinFrom = "", score }) => ({
      line,
      id,
      reason,
      twin,
      twinFrom,
      score: score === undefined ? "" : score.toFixed(2),
    })),
  });
}

function formatText(file: string, { read, kept, rejected, counts }: ScreenReport): string {
  const all = Object.entries(counts).map(([reason, n]) => `${n} ${reason}`);
  const sum = all.length ? `Rejected: ${all.join(", ")}.` : "Nothing was rejected.";
  return `${tableOf(`${file}: ${read} read, ${kept} kept`, rejected)}\n${sum}\n`;
}

const formatParaphrases = ({ model, threshold, read, kept, rejected }: SecondReport) =>
  `\n${tableOf(`Paraphrases by ${model} (cosine from ${threshold}): ${read} read, ${kept} kept`, rejected)}`;
