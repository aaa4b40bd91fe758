import { isDeepStrictEqual } from "node:util";
import { type Command, Option } from "commander";
import {
  type Breakdown,
  breakDown,
  describePredictions,
  itemsToJudge,
  type JudgeReplies,
  judgePrompt,
  readLikelihoods,
  readPredictions,
  type Scorer,
  scorers,
  scorersFor,
} from "../answers/index";
import { textRequest, textsById } from "../ask/index";
import { type Item, loadBenchmark } from "../benchmark/index";
import { projectRoot } from "../root";
import { breakdownTable, scoresTable, toMarkdown, unparsedText } from "../show/index";
import { requestsStep } from "../study/index";
import { optionsBackend, runAskStep } from "./backend";
import { addEndpointOptions, type EndpointOptions } from "./endpoint";
import { options, READING_ADVICE } from "./options";

interface ScoreOptions extends EndpointOptions {
  benchmark: string;
  predictions: string;
  scorer?: Scorer;
  textKey?: string;
  allowMissing?: boolean;
  judge?: string;
  json?: boolean;
}

/** `wov score`: reads and scores any file of model replies. */
export function define(command: Command): void {
  command
    .requiredOption(...options.benchmark)
    .requiredOption("--predictions <file>", "model replies: a run's folder, OpenAI batch output, JSON or JSON Lines")
    .addOption(new Option(options.scorer[0], `${options.scorer[1]}; all by default`).choices(Object.keys(scorers)))
    .option(...options.textKey)
    .option(...options.allowMissing)
    .option("--judge <model>", "have this model read replies that the authors' rules cannot read, as their scripts do")
    .option(...options.json)
    .optionsGroup("With --judge:");
  addEndpointOptions(command).action(score);
}

async function score({ benchmark, predictions, scorer, json, ...params }: ScoreOptions): Promise<void> {
  const items = loadBenchmark(benchmark);
  const replies = readPredictions(predictions, items, { ...params, advice: READING_ADVICE });
  const judgeReplies = params.judge ? await judge(params.judge, items, replies, params) : undefined;
  if (params.judge && !judgeReplies) return; // only the plan was asked for
  const likelihoods = readLikelihoods(predictions, items);
  for (const note of describePredictions(predictions)) process.stderr.write(`${note}\n`);
  const names = scorer ? [scorer] : scorersFor(likelihoods.values());
  const results = names.map((name) => breakDown(items, replies, name, { judgeReplies, likelihoods }));
  process.stdout.write(json ? `${JSON.stringify(scorer ? results[0] : results, null, 1)}\n` : formatText(results));
}

/** A judge's replies about replies that at least one of the authors' rules cannot read; undefined if only planned. */
async function judge(
  model: string,
  items: readonly Item[],
  replies: ReadonlyMap<number, string>,
  params: EndpointOptions,
): Promise<JudgeReplies | undefined> {
  const root = projectRoot();
  const unclear = itemsToJudge(items, replies);
  if (unclear.length === 0) return new Map();
  const requests = unclear.map(({ index, options }) =>
    textRequest(String(index), judgePrompt(replies.get(index)!, options), { model, max_tokens: 8, temperature: 0 }),
  );
  const step = requestsStep(root, "judge", optionsBackend(root, { ...params, model }), requests);
  if (!(await runAskStep(root, { ...params, model }, step))) return undefined;
  return new Map([...textsById(step.run.records(), step.run.id)].map(([id, text]) => [Number(id), text]));
}

function formatText(results: Breakdown[]): string {
  const [first] = results;
  // If all options are labelled A, B, C … in order, the tables by letter and by position have the same numbers.
  const numbers = (shares: Breakdown["byGold"]) =>
    Object.values(shares).flatMap(({ items, correct }) => [items, correct]);
  const inOrder = isDeepStrictEqual(numbers(first!.byGold), numbers(first!.byPosition));
  const parts = inOrder ? (["byCategory", "byGold"] as const) : (["byCategory", "byGold", "byPosition"] as const);
  const tables = [scoresTable(results), ...parts.map((by) => breakdownTable(first!, by))];
  return `${tables.map(toMarkdown).join("\n")}\n${unparsedText(first!)}`;
}
