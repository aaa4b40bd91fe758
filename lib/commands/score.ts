import type { Command } from "commander";
import { type Breakdown, breakDown, readPredictions, type Scorer, scorers } from "../answers/index";
import { type Item, loadBenchmark } from "../benchmark/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { type Table, toMarkdown } from "../show/index";
import { askJudge, judgeRequests } from "../study/index";
import { addEndpointOptions, type EndpointOptions, withEndpoint } from "./endpoint";

interface Given extends EndpointOptions {
  benchmark: string;
  predictions: string;
  scorer?: string;
  textKey?: string;
  allowMissing?: boolean;
  judge?: string;
  json?: boolean;
}

/** `wov score`: anyone's file of model replies, read and scored. */
export function addScore(program: Command): void {
  const command = program
    .command("score")
    .description("read and score a file of model replies to a benchmark's items")
    .requiredOption("--benchmark <file>", "a benchmark in VIVA's format")
    .requiredOption("--predictions <file>", "a run's folder, OpenAI batch output, JSON or JSON Lines")
    .option("--scorer <name>", `${Object.keys(scorers).join(", ")}; all three where none is named`)
    .option("--text-key <key>", "the key of the model's text, where it is none of the usual ones")
    .option("--allow-missing", "score the items that have a prediction, and say how many have none")
    .option("--judge <model>", "let this model read what the authors' rules do not, as their scripts do")
    .option("--json", "print it as JSON");
  addEndpointOptions(command).action(score);
}

async function score({ benchmark, predictions, scorer, json, ...options }: Given): Promise<void> {
  const items = loadBenchmark(benchmark);
  const wanted = scorer === undefined ? (Object.keys(scorers) as Scorer[]) : [checkScorer(scorer)];
  const replies = readPredictions(predictions, items, { ...options, advice: READING_ADVICE });
  const verdicts = options.judge ? await judge(options.judge, items, replies, options) : undefined;
  if (options.judge && !verdicts) return;
  const results = wanted.map((name) => breakDown(items, replies, name, verdicts));
  if (json) process.stdout.write(`${JSON.stringify(scorer === undefined ? results : results[0], null, 1)}\n`);
  else process.stdout.write(formatText(results));
}

function judge(model: string, items: readonly Item[], replies: ReadonlyMap<number, string>, given: EndpointOptions) {
  const root = projectRoot();
  const requests = judgeRequests(items, replies, { model, max_tokens: 8, temperature: 0 });
  return withEndpoint(root, { ...given, model, requests }, (sending) => askJudge(root, requests, sending));
}

/** The options with which a file that `readPredictions` refuses can be read. */
export const READING_ADVICE = {
  missing: "Add them, or pass --allow-missing to leave these items out",
  textKey: "Name another key with --text-key",
};

export function checkScorer(name: string): Scorer {
  if (name in scorers) return name as Scorer;
  throw new WovError(`--scorer ${name}: expected one of ${Object.keys(scorers).join(", ")}`, 2);
}

const percent = (share: number) => (100 * share).toFixed(2);

function formatText(results: Breakdown[]): string {
  const [first] = results;
  const note =
    first!.missing > 0
      ? `${first!.missing} items of the benchmark have no prediction: this is the accuracy on the other ${first!.items}.`
      : "";
  const whole: Table = {
    name: "scores",
    title: "Scores",
    note: `Unparsed replies count as wrong. ${note}`.trim(),
    columns: [
      { key: "scorer", label: "Scorer" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "clustered", label: "… with repeats as one" },
      { key: "correct", label: "Right", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
      { key: "items", label: "Items", numeric: true },
    ],
    rows: results.map((r) => ({
      ...r,
      accuracy: percent(r.accuracy),
      interval: range(r.interval),
      clustered: range(r.clusteredInterval),
    })) as never,
  };
  const parts = [
    part("By category", first!.byCategory),
    part("By right letter", first!.byGold),
    part("By place of the right option", first!.byPosition),
  ];
  const unparsed = first!.unparsedExamples.map(({ index, reply }) => `  item ${index}: ${JSON.stringify(reply)}`);
  const examples = unparsed.length ? `Unparsed by '${first!.scorer}', for example:\n${unparsed.join("\n")}\n` : "";
  return `${[whole, ...parts].map(toMarkdown).join("\n")}\n${examples}`;
}

const range = (some: { low: number; high: number } | null) =>
  some ? `${percent(some.low)}–${percent(some.high)}` : "–";

function part(title: string, shares: Breakdown["byCategory"]): Table {
  return {
    name: title,
    title,
    note: "",
    columns: [
      { key: "name", label: "" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "correct", label: "Right", numeric: true },
      { key: "items", label: "Items", numeric: true },
    ],
    rows: Object.entries(shares).map(([name, share]) => ({
      name,
      accuracy: percent(share.accuracy),
      correct: share.correct,
      items: share.items,
    })),
  };
}
