import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Request } from "../../lib/ask/index";
import { assumedInputs, cellKey, openStudy, parseCellName, type Step, type Study } from "../../lib/study/index";
import { runStep } from "../../lib/study/schedule";
import { alone, finishByHand, makeScratch } from "../study/scratch";
import { SMALL } from "../whole/project";

const small = parse(SMALL);

/** The small profile with fewer items and samples, all from the teacher. JSON is YAML. */
const profileOf = (seeds?: number[]): string =>
  JSON.stringify({
    ...small,
    name: "tiny",
    benchmark: { kind: "pocket", items: 20 },
    sources: { teacher: { ...small.sources.teacher, per_call: 2 } },
    synthesis: { ...small.synthesis, validation: 4 },
    sizes: [4, 8],
    training: { ...small.training, ...(seeds ? { seeds } : {}) },
  });

/** Answers that differ from item to item and from step to step. */
const letterOf = (id: string, step: string): string =>
  "ABC"[[...id, ...step].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 3]!;

/**
 * A project with a finished study: benchmark, text and screening are the kit's; what models do is written by hand.
 *
 * @param seeds random seeds of the trainings; by default one
 */
export async function makeStudy(seeds?: number[]): Promise<Study> {
  const root = makeScratch();
  writeFileSync(join(root, "tiny.yaml"), profileOf(seeds));
  const study = openStudy(join(root, "tiny.yaml"), root);
  for (const step of study.layout.steps)
    if (step.work.kind === "inline") await runStep(step, alone());
    else
      finishByHand(step, () => (step.run.spec.step === "train" ? leaveAdapter(root, step) : leaveReplies(study, step)));
  return study;
}

/** The same study, opened anew as by another command. */
export const reopen = ({ root }: Study): Study => openStudy(join(root, "tiny.yaml"), root);

function leaveAdapter(root: string, { run, name }: Step): void {
  mkdirSync(join(root, run.path("adapter")));
  writeFileSync(join(root, run.path("adapter/adapter_model.safetensors")), `weights: ${name}`);
  run.append([{ step: 1, loss: 1 }]);
}

function leaveReplies({ context }: Study, { run, name, forecast }: Step): void {
  const { requests } = forecast!(assumedInputs(context)) as { requests: Request[] };
  run.append(
    requests.map(({ custom_id }) => {
      const content = name.includes("describes") ? "A boy is at the shop." : `${letterOf(custom_id, name)}.`;
      const body = { choices: [{ index: 0, message: { role: "assistant", content } }] };
      return { custom_id, response: { status_code: 200, body }, error: null };
    }),
  );
}

/** The folder of the answers of a cell. */
export function folderOf(study: Study, name: string): string {
  const key = cellKey(parseCellName(name, study.results())!);
  return join(study.root, study.layout.cells.find(({ cell }) => cellKey(cell) === key)!.step.run.folder);
}

/** Whether each item is right, in the order of the benchmark: read from the files alone. */
export function rightIn(study: Study, name: string): boolean[] {
  const benchmark = join(study.root, study.layout.benchmark.run.path("benchmark.json"));
  const items = JSON.parse(readFileSync(benchmark, "utf8")) as { index: number; answer: string }[];
  const lines = readFileSync(join(folderOf(study, name), "records.jsonl"), "utf8")
    .trim()
    .split("\n");
  const replies = new Map(
    lines
      .map((line) => JSON.parse(line))
      .map(({ custom_id, response }) => [custom_id, response.body.choices[0].message.content as string]),
  );
  return items.map(({ index, answer }) => answer.startsWith(replies.get(String(index))![0]!));
}

/** Writes a file, and puts it back as it was when `use` is done. */
export async function withFile<T>(file: string, content: string, use: () => Promise<T>): Promise<T> {
  const before = readFileSync(file);
  writeFileSync(file, content);
  try {
    return await use();
  } finally {
    writeFileSync(file, before);
  }
}
