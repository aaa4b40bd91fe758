import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, posix } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import { codeIn, type JobSpec, ticketSpecSchema } from "./inputs";
import { once } from "./once";
import { moveIntoPlace } from "./place";
import type { Shell } from "./shell";

const resultSchema = z.looseObject({ kind: z.string(), message: z.string(), attempt: z.number(), time: z.number() });
const stateShape = {
  result: resultSchema.nullable(),
  /** Seconds since the supervisor's last sign of life, and since the job's last event. */
  heartbeat: z.number().nullable(),
  quiet: z.number().nullable(),
  /** Whether a process works on it, as far as that can be seen from the machine that was asked. */
  held: z.boolean(),
  /** The engine's ids of the attempts. */
  engine: z.array(z.string()),
  cancelled: z.boolean(),
  /** How many were begun. */
  attempts: z.number(),
  /** What the supervisor itself has printed: why it could not start. */
  printed: z.string(),
};
const lookSchema = z.object({ ...stateShape, exists: z.boolean(), events: z.string(), offset: z.number() });
/** What a job's folder says. */
export type Look = z.infer<typeof lookSchema>;

const listedSchema = z.object({
  ...stateShape,
  id: z.string(),
  spec: ticketSpecSchema,
  created: z.number(),
  /** Lines of events.jsonl: those of the newest start of `job.py` and of the newest attempt. */
  running: z.string().nullable(),
  attempt: z.string().nullable(),
});
export type ListedJob = z.infer<typeof listedSchema>;

const describedSchema = z.object({
  host: z.string(),
  cores: z.number(),
  gpus: z.array(z.object({ name: z.string(), memoryGb: z.number() })),
  /** How many jobs run. */
  busy: z.number(),
  diskGb: z.number(),
  python: z.string(),
});
export type DescribedMachine = z.infer<typeof describedSchema>;

/** A folder, on this machine or another, in which jobs lie. See `remote/workspace.py`. */
export interface Workspace {
  shell: Shell;
  /** Its path there. */
  folder: string;
  /** A Python program there, which needs no packages. */
  python: string;
  /** The Python program of jobs, there; it may have to be set up first. */
  jobPython(): Promise<string>;
  /** The path of a file of the kit's Python code, there. */
  code(file: string): Promise<string>;
  /** Sends what is not there yet, and makes the job's folder. */
  create(id: string, spec: JobSpec): Promise<{ created: boolean }>;
  /** @param jobs for each the byte of events.jsonl from which on events are wanted */
  look(jobs: ReadonlyMap<string, number>): Promise<Map<string, Look>>;
  list(all: boolean): Promise<ListedJob[]>;
  /** Brings outputs of a job into the project's folder, each at once. */
  collect(id: string, paths: readonly string[]): Promise<void>;
  describe(): Promise<DescribedMachine>;
  ask<T>(command: string, request: object, schema: z.ZodType<T>): Promise<T>;
}

export interface WorkspaceOptions {
  root: string;
  shell: Shell;
  folder: string;
  /** A Python program there, of version 3.9 or newer. */
  python: string;
  /** The Python program of jobs, if it is another one. */
  jobPython?(): Promise<string>;
  /** The folder of the Python code, `remote/` by default. */
  code?: string;
}

/** Opens a workspace; it is made when it is first used. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { root, shell, folder, python, jobPython = async () => python, code = join(root, "remote") } = options;
  const { names, hash } = codeIn(code);
  const codeFolder = posix.join(folder, "code", hash);
  const ship = once(() =>
    withLinks(new Map(names.map((name) => [name, join(code, name)])), (from) => shell.send(from, codeFolder)),
  );
  const ask = async <T>(command: string, request: object, schema: z.ZodType<T>): Promise<T> => {
    await ship();
    const program = [python, posix.join(codeFolder, "workspace.py"), folder, command];
    const { code: exit, stdout, stderr } = await shell.run(program, JSON.stringify(request));
    return readAnswer(schema, { where: `${shell.where}, ${folder}`, python, exit, stdout, stderr });
  };
  return {
    shell,
    folder,
    python,
    jobPython,
    ask,
    async code(file) {
      await ship();
      return posix.join(codeFolder, file);
    },
    async create(id, spec) {
      const wanted = new Map(spec.inputs.map(({ path, sha256 }) => [sha256, join(root, path)]));
      const sizes = [...wanted].map(([sha256, file]) => [sha256, statSync(file).size]);
      const missing = await ask("missing", { objects: Object.fromEntries(sizes) }, z.array(z.string()));
      const files = new Map(missing.map((name) => [name, wanted.get(name)!]));
      if (files.size > 0) await withLinks(files, (from) => shell.send(from, posix.join(folder, "objects")));
      return ask("create", { id, spec }, z.object({ created: z.boolean() }));
    },
    look: async (jobs) => {
      const looks = await ask("look", { jobs: Object.fromEntries(jobs) }, z.record(z.string(), lookSchema));
      return new Map(Object.entries(looks));
    },
    async list(all) {
      const jobs = await ask("list", { all }, z.array(z.unknown()));
      return jobs.flatMap((job) => listedSchema.safeParse(job).data ?? []); // a job of another version is left alone
    },
    describe: () => ask("describe", {}, describedSchema),
    async collect(id, paths) {
      mkdirSync(join(root, "runs/jobs"), { recursive: true });
      const staging = mkdtempSync(join(root, "runs/jobs", `${id}.`)); // another process may collect as well
      try {
        await shell.fetch(posix.join(folder, "jobs", id, "work"), paths, staging);
        for (const path of paths) if (existsSync(join(staging, path))) takeOver(join(staging, path), join(root, path));
      } finally {
        rmSync(staging, { recursive: true, force: true });
      }
    },
  };
}

/** Takes over an output, unless the file here is the longer one: files are only ever appended to, so it is newer. */
function takeOver(from: string, to: string): void {
  const [given, there] = [statSync(from), statSync(to, { throwIfNoEntry: false })];
  if (there?.isFile() && given.isFile() && there.size > given.size) return;
  moveIntoPlace(from, to);
}

/** Calls `use` with a folder that holds links to files under other names. */
async function withLinks(files: ReadonlyMap<string, string>, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "wov-send-"));
  try {
    for (const [name, file] of files) link(file, join(folder, basename(name)));
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Windows makes links for administrators only. */
function link(file: string, place: string): void {
  try {
    symlinkSync(file, place);
  } catch {
    cpSync(file, place);
  }
}

function readAnswer<T>(
  schema: z.ZodType<T>,
  given: { where: string; python: string; exit: number; stdout: string; stderr: string },
): T {
  const { where, python, exit, stdout, stderr } = given;
  let answer: { answer?: unknown; error?: string };
  try {
    answer = JSON.parse(stdout);
  } catch {
    const reason = stderr.trim().split("\n").at(-1) || `exit code ${exit}`;
    throw new WovError(`${where}: ${python} cannot run: ${reason}. Name a Python 3.9 or newer in 'runtime.python'`);
  }
  if (answer.error !== undefined) throw new WovError(`${where}: ${answer.error}`);
  return schema.parse(answer.answer);
}
