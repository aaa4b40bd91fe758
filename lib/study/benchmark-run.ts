import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { itemsToJudge, type JudgeReplies, judgePrompt } from "../answers/index";
import { askRun, type Budget, type Decoding, type Endpoint, type Request, textRequest, textsById } from "../ask/index";
import type { Item } from "../benchmark/index";
import { WovError } from "../errors";
import { completeRun, openRun, type Run, sha256, toRunName } from "../store/index";
import { decisionsOnPictures, decisionsOnText, descriptionsOf, type Picture } from "./requests";

/** What a model is asked about a benchmark's items. */
export const benchmarkTasks = {
  pictures: "decide on the items' pictures (VLMs)",
  situations: "decide on the benchmark's own sentence about each picture (LLMs)",
  captions: "decide on captions that another run wrote (LLMs)",
  describe: "write those captions (VLMs)",
} as const;
export type BenchmarkTask = keyof typeof benchmarkTasks;

/** A benchmark's items as requests, outside of any profile. */
export interface BenchmarkAsking {
  task: BenchmarkTask;
  items: readonly Item[];
  decoding: Decoding;
  /** What to read of an item, for the task "captions". */
  captions?: ReadonlyMap<number, string>;
}

/** The requests of a task. @throws WovError that names a picture which is not there, or an item without caption */
export function benchmarkRequests(root: string, { task, items, decoding, captions }: BenchmarkAsking): Request[] {
  if (task === "situations") return decisionsOnText(items, ({ situation }) => situation, decoding);
  if (task === "captions") return decisionsOnText(items, ({ index }) => captionOf(captions, index), decoding);
  const pictures = new Map(items.map((item) => [item.index, pictureOf(root, item)]));
  if (task === "describe") return descriptionsOf([...pictures.values()], decoding);
  return decisionsOnPictures(items, (index) => pictures.get(index)!, decoding);
}

function captionOf(captions: ReadonlyMap<number, string> | undefined, index: number): string {
  const caption = captions?.get(index);
  if (caption === undefined)
    throw new WovError(`item ${index} has no caption: give a run that described the pictures`, 2);
  return caption;
}

function pictureOf(root: string, { index, image }: Item): Picture {
  if (!existsSync(image))
    throw new WovError(
      `item ${index}: there is no picture ${image}. Fetch them with \`wov images\`, or name their folder`,
      2,
    );
  return { index, path: relative(root, image), sha256: sha256(readFileSync(image)) };
}

/** The run that holds the replies to such requests; its name hangs on all that determines them. */
function benchmarkRun(root: string, task: BenchmarkTask | "judge" | "blind", requests: readonly Request[]): Run {
  const { model } = requests[0]!.body;
  const spec = { task, model, requests: sha256(JSON.stringify(requests)) };
  return openRun(root, { step: "ask", name: `${task}-${toRunName(model)}`, spec, parents: [] });
}

/** How the requests are sent. */
export interface Sending {
  endpoint: Endpoint;
  budget?: Budget;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/** Asks what is not answered yet of a task; the second time nothing is left to ask. */
export const askBenchmark = (root: string, asking: BenchmarkAsking, sending: Sending): Promise<Run> =>
  askAll(root, asking.task, benchmarkRequests(root, asking), sending);

/** The requests that let a judge read what the authors' rules do not; one for each such reply. */
export const judgeRequests = (
  items: readonly Item[],
  replies: ReadonlyMap<number, string>,
  decoding: Decoding,
): Request[] =>
  itemsToJudge(items, replies).map(({ index, options }) =>
    textRequest(String(index), judgePrompt(replies.get(index)!, options), decoding),
  );

/** Asks a judge what is not asked yet. @returns what it said, by item index */
export async function askJudge(root: string, requests: readonly Request[], sending: Sending): Promise<JudgeReplies> {
  if (requests.length === 0) return new Map();
  const run = await askAll(root, "judge", requests, sending);
  const said = textsById(run.records(), run.path("records.jsonl"));
  return new Map(requests.map(({ custom_id }) => [Number(custom_id), said.get(custom_id) ?? ""]));
}

/** Asks requests of a kind that are not answered yet, into a run that their content names. */
export function askAll(
  root: string,
  task: BenchmarkTask | "judge" | "blind",
  requests: readonly Request[],
  sending: Sending,
): Promise<Run> {
  const run = benchmarkRun(root, task, requests);
  return completeRun(root, run, () => askRun({ root, run, requests, ...sending }));
}
