import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { hashFile } from "../store/index";
import { type HfHub, HubError, inTurn } from "./hf-hub";
import { moveIntoPlace } from "./place";

const files = z.record(z.string(), z.string());
const keptSchema = z.object({
  attempt: z.number(),
  time: z.number(),
  last: z.number().nullable(),
  done: z.record(z.string(), z.number()),
  files,
  host: z.string().optional(),
  gpus: z.array(z.string()).optional(),
});
/** What a job had copied into the bucket when it wrote this. */
export type Kept = z.infer<typeof keptSchema>;

const KINDS = ["done", "failed", "memory", "disk", "killed", "terminated", "cancelled", "no-result"] as const;
const resultSchema = z.object({
  kind: z.enum(KINDS).catch("failed"),
  message: z.string(),
  hf_attempt: z.number(),
  files,
});
export type HfResult = z.infer<typeof resultSchema>;

/** The files of jobs in the bucket, see `remote/in_bucket.py`. */
export interface HfBucket {
  events(id: string): Promise<string>;
  kept(id: string): Promise<Kept | undefined>;
  result(id: string): Promise<HfResult | undefined>;
  log(id: string): Promise<Blob | undefined>;
  /**
   * Brings outputs into the project's folder, each at once.
   *
   * @param hashes the SHA-256 of the job's files: the bucket may still show earlier ones
   * @returns whether all were there
   */
  collect(id: string, outputs: readonly string[], hashes: Record<string, string>): Promise<boolean>;
}

export function openHfBucket(hub: HfHub, root: string, name: string): HfBucket {
  const turns = new Map<string, <T>(work: () => Promise<T>) => Promise<T>>();
  const repo = { type: "bucket" as const, name };
  const blob = async (path: string): Promise<Blob | undefined> => {
    try {
      return (await hub.call(({ downloadFile }, access) => downloadFile({ ...access, repo, path }))) ?? undefined;
    } catch (error) {
      if (error instanceof HubError && error.status === 404) return undefined;
      throw error;
    }
  };
  const text = async (path: string) => {
    const found = await blob(path);
    return found && hub.call(() => found.text());
  };
  const json = async <T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    try {
      return schema.safeParse(JSON.parse((await text(path)) ?? "null")).data;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined; // it was being written
      throw error;
    }
  };
  const fetchFile = async (path: string, to: string, sha256: string): Promise<boolean> => {
    const found = await blob(path);
    if (!found) return false;
    mkdirSync(dirname(to), { recursive: true });
    const source = found.stream() as Parameters<typeof Readable.fromWeb>[0];
    await hub.call(() => pipeline(Readable.fromWeb(source), createWriteStream(to)));
    return hashFile(to) === sha256;
  };
  async function collect(id: string, outputs: readonly string[], hashes: Record<string, string>): Promise<boolean> {
    mkdirSync(join(root, "runs/jobs"), { recursive: true });
    const staging = mkdtempSync(join(root, "runs/jobs", `${id}.incoming-`));
    let areAllThere = true;
    try {
      for (const output of outputs) {
        const wanted = Object.entries(hashes).filter(([path]) => isWithin(path, output));
        if (wanted.length === 0 || isHere(root, output, wanted)) continue;
        const all = await Promise.all(
          wanted.map(([path, sha256]) => fetchFile(`jobs/${id}/work/${path}`, join(staging, path), sha256)),
        );
        if (all.every(Boolean)) moveIntoPlace(join(staging, output), join(root, output));
        else areAllThere = false;
      }
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
    return areAllThere;
  }
  return {
    events: async (id) => (await text(`jobs/${id}/events.jsonl`)) ?? "",
    kept: (id) => json(`jobs/${id}/kept.json`, keptSchema),
    result: (id) => json(`jobs/${id}/result.json`, resultSchema),
    log: (id) => blob(`jobs/${id}/log.txt`),
    collect(id, outputs, hashes) {
      const turn = turns.get(id) ?? inTurn(); // two who follow the same job
      turns.set(id, turn);
      return turn(() => collect(id, outputs, hashes));
    },
  };
}

/** Whether a path is an output or lies in one. Paths that lead out of it are not taken from the bucket. */
const isWithin = (path: string, output: string): boolean =>
  posix.normalize(path) === path &&
  !/^(\/|\.\.(\/|$))/.test(path) &&
  (path === output || path.startsWith(`${output}/`));

/** Whether an output is in the project's folder already, and nothing else in its place. */
function isHere(root: string, output: string, wanted: [path: string, sha256: string][]): boolean {
  const place = join(root, output);
  if (!existsSync(place)) return false;
  const count = statSync(place).isDirectory()
    ? readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
    : 1;
  const isSame = ([path, sha256]: [string, string]) =>
    existsSync(join(root, path)) && statSync(join(root, path)).isFile() && hashFile(join(root, path)) === sha256;
  return count === wanted.length && wanted.every(isSame);
}

/** Asks until there is an answer; the bucket may show a file some time after it was written. */
export async function settle<T>(
  ask: () => Promise<T | undefined>,
  ms: number,
  pollMs: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  for (const until = Date.now() + ms; ; await sleep(pollMs, undefined, { signal })) {
    const answer = await ask();
    if (answer !== undefined || Date.now() >= until) return answer;
  }
}
