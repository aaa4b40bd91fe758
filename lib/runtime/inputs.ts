import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hashFile, hashOf } from "../store/index";
import type { Job, Task, TrainTask } from "./job";

/** A file that a job reads, relative to the project's folder. */
export interface InputFile {
  path: string;
  sha256: string;
}

/** A job with all that another machine must know of it: the content of its spec.json. */
export interface JobSpec {
  /** The content of the job file that `remote/job.py` reads. */
  job: Job;
  /** The run that each task makes, by the task's name: by them a later call finds the job. */
  runs: Record<string, string>;
  inputs: InputFile[];
  /** Files and folders that the job makes, relative to its working directory. */
  outputs: string[];
}

/** A path of the project. One that leads out of it is not believed: results would be written there. */
const path = z.string().regex(/^(?!\/|[A-Za-z]:|.*(^|[\\/])\.\.([\\/]|$)).+$/, "expected a path in the project");

/** What a job's stored spec must have to be followed. Tasks that this version does not know are not looked into. */
export const ticketSpecSchema = z
  .looseObject({
    job: z.looseObject({ model: z.string(), tasks: z.array(z.looseObject({ name: z.string() })) }),
    runs: z.record(z.string(), z.string()),
    outputs: z.array(path),
  })
  .transform((spec) => spec as unknown as Pick<JobSpec, "job" | "runs" | "outputs">);

/** The id of a job: the same for the same tasks and inputs. What earlier attempts have left is no cause. */
export function jobId({ job: { tasks, model, revision, dtype, date }, inputs, outputs }: JobSpec): string {
  const read = inputs.filter(({ path }) => !outputs.includes(path)).map(({ path, sha256 }) => [path, sha256]);
  return hashOf({ tasks, model, revision, dtype, date, read: read.sort() }).slice(0, 16);
}

/** What a task leaves. A training that was interrupted leaves a checkpoint, from which the next one goes on. */
export const outputsOf = (task: Task): string[] =>
  task.kind === "predict" ? [task.records] : [task.adapter, task.log, checkpointOf(task)];

/** The checkpoint of a training that is not done, see `remote/checkpoint.py`. */
export const checkpointOf = ({ adapter }: Pick<TrainTask, "adapter">): string => `${adapter}.checkpoint`;

/** Finds and hashes all that a job reads. What its own earlier tasks make is not among it. */
export function specOf(root: string, job: Job, runs: Record<string, string>): JobSpec {
  const outputs = job.tasks.flatMap(outputsOf);
  const paths = new Set(existsSync(join(root, job.model)) ? filesIn(root, job.model) : []);
  for (const task of job.tasks) for (const path of inputsOf(root, task, new Set(outputs))) paths.add(path);
  const inputs = [...paths].map((path) => ({ path, sha256: sha256OfFile(join(root, path)) }));
  return { job, runs, inputs, outputs };
}

function inputsOf(root: string, task: Task, made: ReadonlySet<string>): string[] {
  const present = (path: string) => (existsSync(join(root, path)) ? [path] : []);
  if (task.kind === "train")
    return [task.train, ...(task.validation ? [task.validation] : []), ...present(checkpointOf(task))];
  const adapter = task.adapter && !made.has(task.adapter) ? filesIn(root, task.adapter) : [];
  const options = task.options ? [task.options] : [];
  return [task.requests, ...options, ...picturesOf(join(root, task.requests)), ...adapter, ...present(task.records)];
}

/** The pictures that a file of requests names by their path: `"url":"folder/17.png#sha256=…"`. */
function picturesOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const urls = text.matchAll(/"url":\s*"((?!data:|https?:)(?:[^"\\]|\\.)+)#sha256=[0-9a-f]{64}"/g);
  return [...urls].map(([, path]) => JSON.parse(`"${path}"`));
}

const filesIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(root, path)).isFile());

/** The Python code of jobs in a folder: names of files, and a hash of their contents. */
export function codeIn(folder: string): { names: string[]; hash: string } {
  const names = readdirSync(folder).filter((name) => /\.(py|txt)$/.test(name));
  return { names, hash: hashOf(names.map((name) => [name, sha256OfFile(join(folder, name))])).slice(0, 12) };
}

const known = new Map<string, string>();

/** Kept by name, size and time, since a study sends the same model and pictures with many jobs. */
export function sha256OfFile(file: string): string {
  const { size, mtimeMs } = statSync(file);
  const key = `${file} ${size} ${mtimeMs}`;
  const found = known.get(key) ?? hashFile(file);
  known.set(key, found);
  return found;
}
