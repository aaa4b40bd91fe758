import type { Command } from "commander";
import { textRequest } from "../ask/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import {
  DEFAULT_THRESHOLDS,
  type KnownText,
  type NumberedLine,
  type Paraphrase,
  readLine,
  readLines,
  type Screenable,
  type ScreenReport,
  screenFile,
  splitLines,
} from "../screen/index";
import { toMarkdown } from "../show/index";
import { embeddedTexts, findParaphrases } from "../study/index";
import { toJsonLines } from "../synthesis/index";
import { addEndpointOptions, type EndpointOptions, withEndpoint } from "./endpoint";
import { readKnown, samplesFile } from "./known";
import { share } from "./numbers";
import { options as shared } from "./options";
import { refuseToOverwrite, writeOutput } from "./output";

interface ScreenOptions extends EndpointOptions {
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

/** Paraphrases among the samples that the first screening kept. */
interface ParaphraseReport {
  model: string;
  threshold: number;
  read: number;
  kept: number;
  rejected: (Paraphrase & { line: number })[];
}

/** `wov screen`: finds duplicates in any file of samples, and contamination by a benchmark. */
export function define(command: Command): void {
  const { duplicate, contamination, contaminationOptions } = DEFAULT_THRESHOLDS;
  command
    .requiredOption(...shared.samples)
    .option(...shared.against)
    .option("--duplicate <similarity>", "Jaccard similarity from which two samples are duplicates", share, duplicate)
    .option(
      "--contamination <share>",
      "a sample is contaminated if this share of a known situation's word triples stands in it",
      share,
      contamination,
    )
    .option(
      "--contamination-options <share>",
      "the same for the options of a known text, taken together",
      share,
      contaminationOptions,
    )
    .option("--embed <model>", "also find paraphrases, with this embedding model at the endpoint")
    .option("--paraphrase <cosine>", "cosine similarity from which two texts are paraphrases", share, 0.9)
    .option(...shared.out)
    .option(...shared.json);
  addEndpointOptions(command.optionsGroup("With --embed:")).action(run);
}

async function run({ samples: path, against = [], out, json, ...options }: ScreenOptions): Promise<void> {
  const samples = samplesFile(path);
  if (out) refuseToOverwrite(out, [samples, ...against]);
  const known = against.flatMap(readKnown);
  const { duplicate, contamination, contaminationOptions } = options;
  const lines = await toJsonLines(samples);
  const first = await screenFile({
    file: samples,
    lines,
    known,
    thresholds: { ...DEFAULT_THRESHOLDS, duplicate, contamination, contaminationOptions },
  });
  const removed = new Set(first.rejected.map(({ line }) => line));
  const second = options.embed
    ? await screenParaphrases(linesOf(samples, lines), known, removed, options.embed, options)
    : undefined;
  if (options.embed && !second) return; // --plan
  for (const { line } of second?.rejected ?? []) removed.add(line);
  const isEmpty = removed.size === first.read;
  if (out && lines && !isEmpty)
    process.stderr.write(`${out}: rows of ${samples} as JSON Lines, without the bytes of pictures\n`);
  if (out && !isEmpty) await writeOutput(out, keptLines(linesOf(samples, lines), removed));
  if (json) process.stdout.write(`${JSON.stringify({ ...first, ...(second && { paraphrases: second }) }, null, 1)}\n`);
  else process.stdout.write(formatText(samples, first) + (second ? formatParaphrases(second) : ""));
  if (out && isEmpty) throw new WovError(`No sample was kept, so --out ${out} was not written`);
}

/** The lines of a file, or its rows as lines. */
const linesOf = (file: string, lines?: Uint8Array): AsyncIterable<NumberedLine> | Iterable<NumberedLine> =>
  lines ? splitLines({ bytes: lines, first: 1 }) : readLines(file);

/** Compares the meaning of the samples that the first screening kept. */
async function screenParaphrases(
  lines: ReturnType<typeof linesOf>,
  known: readonly KnownText[],
  removed: ReadonlySet<number>,
  model: string,
  options: Omit<ScreenOptions, "samples">,
): Promise<ParaphraseReport | undefined> {
  const root = projectRoot();
  const samples: Screenable[] = [];
  const lineOf = new Map<string, number>();
  for await (const { line, number } of lines) {
    const read = removed.has(number) ? undefined : readLine(line, number);
    if (typeof read !== "object") continue;
    samples.push(read);
    lineOf.set(read.id, number);
  }
  const search = { samples, known, model, threshold: options.paraphrase };
  // Embeddings have no completion: only the prompt is priced.
  const priced = embeddedTexts(search).map(({ id, text }) =>
    textRequest(id, text, { model, max_tokens: 0, temperature: 0 }),
  );
  const rejected = await withEndpoint(root, { ...options, model, requests: priced }, (connection) =>
    findParaphrases(root, search, connection),
  );
  if (!rejected) return undefined;
  const listed = rejected.map((one) => ({ ...one, line: lineOf.get(one.id)! }));
  return {
    model,
    threshold: options.paraphrase,
    read: samples.length,
    kept: samples.length - listed.length,
    rejected: listed,
  };
}

/** The lines that are kept. */
async function* keptLines(lines: ReturnType<typeof linesOf>, removed: ReadonlySet<number>): AsyncGenerator<string> {
  for await (const { line, number } of lines) if (!removed.has(number)) yield `${line}\n`;
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
      { key: "twin", label: "Similar to" },
      { key: "twinFrom", label: "From" },
      { key: "score", label: "Overlap", numeric: true },
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

const formatParaphrases = ({ model, threshold, read, kept, rejected }: ParaphraseReport) =>
  `\n${tableOf(`Paraphrases by ${model} (cosine ≥ ${threshold}): ${read} read, ${kept} kept`, rejected)}`;
