import { type Command, Option } from "commander";
import { readLikelihoods, readPredictions, type Scorer, scorers } from "../answers/index";
import { clustersOf, loadBenchmark } from "../benchmark/index";
import { counted } from "../count";
import { WovError } from "../errors";
import { onOneLine } from "../escape";
import { comparePredictions, comparisonTable, toMarkdown } from "../show/index";
import { options, READING_ADVICE } from "./options";

interface CompareOptions {
  benchmark: string;
  predictions: string[];
  scorer: Scorer;
  textKey?: string;
  allowMissing?: boolean;
  json?: boolean;
}

/** `wov compare`: compares two files of replies to the same items, item by item. */
export function define(command: Command): void {
  command
    .requiredOption(...options.benchmark)
    .requiredOption("--predictions <files...>", "two files as for `wov score`: before and after")
    .addOption(new Option(...options.scorer).choices(Object.keys(scorers)).default("strict"))
    .option(...options.textKey)
    .option(...options.allowMissing)
    .option(...options.json)
    .action(compare);
}

function compare({ benchmark, predictions, scorer, json, ...reading }: CompareOptions): void {
  const [before, after] = predictions;
  if (before === undefined || after === undefined || predictions.length > 2)
    throw new WovError(`--predictions: expected two files, got ${predictions.length}`, 2);
  const all = loadBenchmark(benchmark);
  const read = (file: string) => readPredictions(file, all, { ...reading, advice: READING_ADVICE });
  const replies = [read(before), read(after)] as const;
  const items = all.filter(({ index }) => replies.every((some) => some.has(index)));
  if (new Set(clustersOf(items)).size < 2)
    throw new WovError(`${before}, ${after}: expected replies to at least two different items in both files`, 2);
  const likelihoods = [readLikelihoods(before, all), readLikelihoods(after, all)] as const;
  const comparison = comparePredictions(items, replies, scorer, likelihoods);
  const missing = all.length - items.length;
  if (json) {
    const sides = { before: { file: before, ...comparison.before }, after: { file: after, ...comparison.after } };
    return void process.stdout.write(`${JSON.stringify({ ...comparison, ...sides, missing }, null, 1)}\n`);
  }
  const rest = missing > 0 ? `${counted(missing, "item")} left out: no prediction in one of the files.\n` : "";
  process.stdout.write(
    `before: ${onOneLine(before)}\nafter: ${onOneLine(after)}\n${rest}\n${toMarkdown(comparisonTable(comparison))}`,
  );
}
