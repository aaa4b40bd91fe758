import { type Command, Option } from "commander";
import { type Breakdown, breakDown, readPredictions, type Scorer, scorers } from "../answers/index";
import { type Item, loadBenchmark } from "../benchmark/index";
import { projectRoot } from "../root";
import { breakdownTable, scoresTable, toMarkdown, unparsedText } from "../show/index";
import { askJudge, judgeRequests } from "../study/index";
import { addEndpointOptions, type EndpointOptions, withEndpoint } from "./endpoint";
import { options } from "./options";

interface ScoreOptions extends EndpointOptions {
  benchmark: string;
  predictions: string;
  scorer?: Scorer;
  textKey?: string;
  allowMissing?: boolean;
  judge?: string;
  json?: boolean;
}

/** `wov score`: anyone's file of model replies, read and scored. */
export function define(command: Command): void {
  command
    .requiredOption(...options.benchmark)
    .requiredOption("--predictions <file>", "a run's folder, OpenAI batch output, JSON or JSON Lines")
    .addOption(new Option(options.scorer[0], `${options.scorer[1]}; all, if none is named`).choices(names))
    .option(...options.textKey)
    .option(...options.allowMissing)
    .option("--judge <model>", "have this model read the replies that the authors' rules cannot, as their scripts do")
    .option(...options.json);
  addEndpointOptions(command).action(score);
}

const names = Object.keys(scorers) as Scorer[];

async function score({ benchmark, predictions, scorer, json, ...given }: ScoreOptions): Promise<void> {
  const items = loadBenchmark(benchmark);
  const replies = readPredictions(predictions, items, given);
  const verdicts = given.judge ? await judge(given.judge, items, replies, given) : undefined;
  if (given.judge && !verdicts) return; // only the plan was asked for
  const results = (scorer ? [scorer] : names).map((name) => breakDown(items, replies, name, verdicts));
  process.stdout.write(json ? `${JSON.stringify(scorer ? results[0] : results, null, 1)}\n` : formatText(results));
}

function judge(model: string, items: readonly Item[], replies: ReadonlyMap<number, string>, given: EndpointOptions) {
  const root = projectRoot();
  const requests = judgeRequests(items, replies, { model, max_tokens: 8, temperature: 0 });
  return withEndpoint(root, { ...given, model, requests }, (sending) => askJudge(root, requests, sending));
}

function formatText(results: Breakdown[]): string {
  const [first] = results;
  const parts = (["byCategory", "byGold", "byPosition"] as const).map((by) => breakdownTable(first!, by));
  return `${[scoresTable(results), ...parts].map(toMarkdown).join("\n")}\n${unparsedText(first!)}`;
}
