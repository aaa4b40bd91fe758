import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";

export const HF_TOKEN = "hf_test0123456789abcdef";

/** How the stub misbehaves; tests change it at any time. */
export interface Misbehaviour {
  /** Answers requests whose path matches with a status. */
  refuse?: { path: RegExp; status: number };
  /** How long jobs wait, and how many run at the same time. */
  scheduleMs: number;
  atOnce: number;
  /** Breaks the connection of a log off after so many lines. */
  breakLogsAfter?: number;
  /** Logs give nothing but their first line and keep-alives. */
  hangLogs?: boolean;
  /** The stage of jobs that run. */
  runningStage: string;
  /** How long the bucket shows what it held before. */
  bucketDelayMs: number;
}

/** What a job was submitted with, as far as the stub reads it. */
interface JobBody {
  command: string[];
  labels: Record<string, string>;
  environment: Record<string, string>;
  secrets: Record<string, string>;
  volumes: { type: string; mountPath: string; revision?: string }[];
  timeoutSeconds: number;
}

export interface StubJob {
  id: string;
  body: JobBody;
  stage: string;
  message?: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  log: string[];
  child?: ChildProcess;
}

export interface HfStub {
  url: string;
  misbehave: Misbehaviour;
  /** All requests with their bodies. */
  requests: { method: string; path: string; body: string }[];
  jobs: StubJob[];
  /** How many commits were made. */
  commits(): number;
  /** The folder of the bucket's files. */
  bucket: string;
  /** Ends a job as the loss of its machine does. */
  lose(job: StubJob): void;
  close(): Promise<void>;
}

/** All that the stub knows. */
interface State extends Pick<HfStub, "url" | "misbehave" | "requests" | "jobs"> {
  folders: Record<"bucket" | "old" | "commits" | "lfs" | "disks", string>;
  oids: string[];
  repos: Set<string>;
  /** Called when a job has printed something or ended. */
  listeners: Set<() => void>;
}

/** A request, with the groups of its route's pattern. */
interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  search: URLSearchParams;
  body: Buffer;
  parts: string[];
}

const HARDWARE = [
  { name: "cpu-basic", prettyName: "CPU Basic", cpu: "2 vCPU", ram: "16 GB", accelerator: null, unitCostUSD: 0.0002 },
  {
    name: "a100-large",
    prettyName: "Nvidia A100 - large",
    cpu: "12 vCPU",
    ram: "142 GB",
    accelerator: { type: "gpu", model: "A100", quantity: "1", vram: "80 GB", manufacturer: "Nvidia" },
    unitCostUSD: 0.0417,
  },
].map((one) => ({ ...one, unitCostMicroUSD: one.unitCostUSD * 1e6, unitLabel: "minute" }));

/** How many entries a page of a list has. */
const PAGE = 2;
/** Files of this size and more are uploaded beside the commit. */
const LARGE = 2000;

/**
 * What the kit uses of the Hub, on loopback: datasets, buckets and jobs. A job really runs, as a process of this
 * machine that finds the dataset's commit and the bucket as folders.
 */
export async function startHfStub(): Promise<HfStub> {
  const home = mkdtempSync(join(tmpdir(), "wov-hub-"));
  const folder = (name: string) => join(home, name);
  const state: State = {
    url: "",
    misbehave: { scheduleMs: 0, atOnce: 8, runningStage: "RUNNING", bucketDelayMs: 0 },
    requests: [],
    jobs: [],
    folders: {
      ...{ bucket: folder("bucket"), old: folder("old"), commits: folder("commits") },
      ...{ lfs: folder("lfs"), disks: folder("disks") },
    },
    oids: [],
    repos: new Set(),
    listeners: new Set(),
  };
  for (const place of Object.values(state.folders)) mkdirSync(place);
  commit(state, () => {});
  const copying = setInterval(() => copyBucket(state), 100);
  const server = createServer((request, response) => void answer(state, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { url, misbehave, requests, jobs } = state;
  return {
    ...{ url, misbehave, requests, jobs },
    commits: () => state.oids.length - 1,
    bucket: state.folders.bucket,
    lose(job) {
      job.stage = "ERROR";
      signal(job, "SIGKILL");
    },
    async close() {
      clearInterval(copying);
      for (const job of jobs) {
        if (!isOver(job)) job.stage = "CANCELED";
        signal(job, "SIGKILL");
      }
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Route = [method: string, pattern: RegExp, answer: (state: State, asked: Asked) => void];
const ROUTES: Route[] = [
  ["POST", /^\/api\/repos\/create$/, (state, asked) => create(state, asked, `datasets/${given(asked).name}`)],
  ["POST", /^\/api\/(buckets\/[^/]+\/[^/]+)$/, (state, asked) => create(state, asked, asked.parts[0]!)],
  [
    "GET",
    /^\/api\/datasets\/[^/]+\/[^/]+\/revision\/main$/,
    ({ oids }, { response }) => json(response, { sha: oids.at(-1) }),
  ],
  ["GET", /^\/api\/datasets\/[^/]+\/[^/]+\/tree\/main(?:\/(.*))?$/, (state, asked) => tree(state, asked, head(state))],
  ["GET", /^\/api\/buckets\/[^/]+\/[^/]+\/tree(?:\/(.*))?$/, (state, asked) => tree(state, asked, shownBucket(state))],
  ["GET", /^\/datasets\/[^/]+\/[^/]+\/resolve\/main\/(.*)$/, (state, asked) => file(asked, head(state))],
  ["GET", /^\/buckets\/[^/]+\/[^/]+\/resolve\/(.*)$/, (state, asked) => file(asked, shownBucket(state))],
  ["POST", /\/preupload\/main$/, preupload],
  ["POST", /\.git\/info\/lfs\/objects\/batch$/, lfsBatch],
  ["PUT", /^\/lfs\/([0-9a-f]{64})$/, lfsUpload],
  ["POST", /\/commit\/main$/, commitFiles],
  ["GET", /^\/api\/jobs\/hardware$/, (_, { response }) => json(response, HARDWARE)],
  ["POST", /^\/api\/jobs\/[^/]+$/, createJob],
  ["GET", /^\/api\/jobs\/[^/]+$/, listJobs],
  ["GET", /^\/api\/jobs\/[^/]+\/([^/]+)$/, withJob((state, job, { response }) => json(response, shape(state, job)))],
  ["GET", /^\/api\/jobs\/[^/]+\/([^/]+)\/logs$/, withJob(streamLog)],
  ["POST", /^\/api\/jobs\/[^/]+\/([^/]+)\/cancel$/, withJob(cancelJob)],
];

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const [path, query] = decodeURIComponent(request.url ?? "").split("?") as [string, string?];
  const { method = "GET" } = request;
  state.requests.push({ method, path, body: body.toString() });
  const { refuse } = state.misbehave;
  const isKnown = request.headers.authorization === `Bearer ${HF_TOKEN}` || path.startsWith("/lfs/");
  if (refuse?.path.test(path) || !isKnown) {
    json(response, { error: "refused" }, isKnown ? refuse!.status : 401);
    return;
  }
  const route = ROUTES.find(([wanted, pattern]) => wanted === method && pattern.test(path));
  const parts =
    route?.[1]
      .exec(path)
      ?.slice(1)
      .map((part) => part ?? "") ?? [];
  const asked = { request, response, path, search: new URLSearchParams(query), body, parts };
  try {
    if (route) route[2](state, asked);
    else notFound(response);
  } catch (error) {
    json(response, { error: String(error) }, 500);
  }
}

// Repositories and buckets

const head = ({ folders, oids }: State): string => join(folders.commits, oids.at(-1)!);
const shownBucket = ({ folders, misbehave }: State): string =>
  misbehave.bucketDelayMs > 0 ? folders.old : folders.bucket;
const given = ({ body }: Asked) => JSON.parse(body.toString());

function copyBucket({ folders, misbehave }: State): void {
  const age = Date.now() - statSync(folders.old).ctimeMs;
  if (misbehave.bucketDelayMs === 0 || age < misbehave.bucketDelayMs) return;
  rmSync(folders.old, { recursive: true });
  cpSync(folders.bucket, folders.old, { recursive: true });
}

function create({ repos, url }: State, { response }: Asked, name: string): void {
  if (repos.has(name)) json(response, { error: "You already created this repo" }, 409);
  else json(response, { url: `${url}/${name}`, id: name });
  repos.add(name);
}

function commit(state: State, fill: (folder: string) => void): string {
  const { oids, folders } = state;
  const oid = createHash("sha1").update(`${oids.length}`).digest("hex");
  const folder = join(folders.commits, oid);
  if (oids.length > 0) cpSync(head(state), folder, { recursive: true });
  else mkdirSync(folder);
  fill(folder);
  oids.push(oid);
  return oid;
}

function commitFiles(state: State, { body, response }: Asked): void {
  const lines = body.toString().split("\n");
  const commitOid = commit(state, (folder) => {
    for (const { key, value } of lines.map((line) => JSON.parse(line))) {
      if (key === "header") continue;
      mkdirSync(dirname(join(folder, value.path)), { recursive: true });
      if (key === "lfsFile") cpSync(join(state.folders.lfs, value.oid), join(folder, value.path));
      else writeFileSync(join(folder, value.path), Buffer.from(value.content, "base64"));
    }
  });
  json(response, { commitOid, commitUrl: state.url });
}

function preupload(_: State, asked: Asked): void {
  const files = given(asked).files as { path: string; size: number }[];
  const modes = files.map(({ path, size }) => ({ path, uploadMode: size >= LARGE ? "lfs" : "regular" }));
  json(asked.response, { files: modes });
}

function lfsBatch({ folders, url }: State, asked: Asked): void {
  const objects = (given(asked).objects as { oid: string }[]).map((one) => {
    const isThere = existsSync(join(folders.lfs, one.oid));
    return { ...one, ...(!isThere && { actions: { upload: { href: `${url}/lfs/${one.oid}` } } }) };
  });
  json(asked.response, { transfer: "basic", objects });
}

function lfsUpload({ folders }: State, { parts, body, response }: Asked): void {
  writeFileSync(join(folders.lfs, parts[0]!), body);
  json(response, {});
}

function tree({ url }: State, asked: Asked, root: string): void {
  const place = join(root, asked.parts[0]!);
  if (!existsSync(place)) {
    notFound(asked.response);
    return;
  }
  const entries = readdirSync(place, { recursive: asked.search.get("recursive") === "true", withFileTypes: true });
  const all = entries.map((entry) => ({
    type: entry.isDirectory() ? "directory" : "file",
    path: relative(root, join(entry.parentPath, entry.name)),
    size: statSync(join(entry.parentPath, entry.name)).size,
  }));
  sendPage(url, asked, all);
}

function file({ request, response, parts }: Asked, root: string): void {
  const place = join(root, parts[0]!);
  if (!existsSync(place) || !statSync(place).isFile()) {
    notFound(response);
    return;
  }
  const bytes = readFileSync(place);
  response.setHeader("etag", `"${createHash("sha1").update(bytes).digest("hex")}"`);
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  if (start !== undefined) response.writeHead(206, { "content-range": `bytes ${start}-${end}/${bytes.length}` });
  response.end(start === undefined ? bytes : bytes.subarray(Number(start), Number(end) + 1));
}

// Jobs

const isOver = ({ stage }: StubJob): boolean => stage !== "RUNNING" && stage !== "SCHEDULING";

/** A job as the Hub shows it: of secrets the names only. */
function shape({ misbehave }: State, { id, body, createdAt, ...job }: StubJob): object {
  const { startedAt = null, finishedAt = null, message = null } = job;
  const stage = job.stage === "RUNNING" ? misbehave.runningStage : job.stage;
  const times = { createdAt, startedAt, finishedAt };
  return {
    type: "job",
    id,
    ...body,
    ...times,
    status: { stage, message, failureCount: 0 },
    secrets: Object.keys(body.secrets),
  };
}

function withJob(work: (state: State, job: StubJob, asked: Asked) => void): Route[2] {
  return (state, asked) => {
    const job = state.jobs.find(({ id }) => id === asked.parts[0]);
    if (job) work(state, job, asked);
    else notFound(asked.response);
  };
}

function createJob(state: State, asked: Asked): void {
  const id = createHash("sha1").update(`job ${state.jobs.length}`).digest("hex").slice(0, 24);
  const job: StubJob = { id, body: given(asked), stage: "SCHEDULING", createdAt: new Date().toISOString(), log: [] };
  state.jobs.push(job);
  setTimeout(() => startJob(state, job), state.misbehave.scheduleMs);
  json(asked.response, shape(state, job));
}

function listJobs(state: State, asked: Asked): void {
  const labels = asked.search.getAll("label").map((label) => label.split("="));
  const found = state.jobs.filter(({ body }) => labels.every(([key, value]) => body.labels[key!] === value));
  const all = found.map((job) => shape(state, job));
  sendPage(state.url, asked, all);
}

function startJob(state: State, job: StubJob): void {
  const running = state.jobs.filter(({ stage }) => stage === "RUNNING").length;
  if (job.stage !== "SCHEDULING") return;
  if (running >= state.misbehave.atOnce) {
    setTimeout(() => startJob(state, job), 50);
    return;
  }
  const child = spawnJob(state, job);
  Object.assign(job, { stage: "RUNNING", startedAt: new Date().toISOString(), child });
  print(state, job, `===== Job started at ${job.startedAt} =====`);
  for (const stream of [child.stdout!, child.stderr!])
    createInterface({ input: stream }).on("line", (line) => print(state, job, line));
  const timer = setTimeout(() => {
    job.message = "Job timeout";
    signal(job, "SIGKILL");
  }, job.body.timeoutSeconds * 1000);
  child.on("close", (code) => {
    clearTimeout(timer);
    if (job.stage === "RUNNING") job.stage = code === 0 ? "COMPLETED" : "ERROR";
    job.finishedAt = new Date().toISOString();
    for (const listener of state.listeners) listener();
  });
}

function print({ listeners }: State, job: StubJob, line: string): void {
  job.log.push(line);
  for (const listener of listeners) listener();
}

/** The job finds its volumes where they lie on this machine. */
function spawnJob(state: State, { id, body }: StubJob): ChildProcess {
  const { bucket, commits, disks } = state.folders;
  const disk = join(disks, id);
  mkdirSync(disk);
  const places = body.volumes.map(({ type, mountPath, revision }) => ({
    mountPath,
    place: type === "bucket" ? bucket : revision ? join(commits, revision) : head(state),
  }));
  const [program, ...args] = body.command.map((word) =>
    places.reduce((text, { mountPath, place }) => text.replaceAll(mountPath, place), word),
  );
  const env = { ...process.env, HF_TOKEN: "", ...body.environment, ...body.secrets, JOB_ID: id, TMPDIR: disk };
  return spawn(program!, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
}

/** Gives a log from its beginning, as server-sent events. */
function streamLog({ misbehave, listeners }: State, job: StubJob, { response }: Asked): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const limit = misbehave.hangLogs ? 1 : (misbehave.breakLogsAfter ?? Number.POSITIVE_INFINITY);
  let sent = 0;
  const push = () => {
    for (; sent < job.log.length && sent < limit; sent++)
      response.write(`data: ${JSON.stringify({ data: job.log[sent], timestamp: new Date().toISOString() })}\n\n`);
    if (misbehave.hangLogs) return;
    if (sent >= limit) response.destroy();
    else if (isOver(job)) response.end();
  };
  const alive = setInterval(() => response.write(": keep-alive\n\n"), 100);
  listeners.add(push);
  response.on("close", () => {
    clearInterval(alive);
    listeners.delete(push);
  });
  push();
}

function cancelJob(state: State, job: StubJob, { response }: Asked): void {
  if (!isOver(job)) job.stage = "CANCELED";
  if (!job.child) job.finishedAt = new Date().toISOString();
  signal(job, "SIGTERM");
  setTimeout(() => signal(job, "SIGKILL"), 1500);
  for (const listener of state.listeners) listener();
  json(response, shape(state, job));
}

/** Sends a signal to all processes of a job that runs. */
function signal({ child, finishedAt }: StubJob, name: NodeJS.Signals): void {
  if (!child?.pid || finishedAt) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // it has ended
  }
}

// Answers

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** A page of a list, with the address of the next one in the Link header. */
function sendPage(url: string, { response, path, search }: Asked, all: object[]): void {
  const from = Number(search.get("cursor") ?? 0);
  search.set("cursor", `${from + PAGE}`);
  if (from + PAGE < all.length) response.setHeader("link", `<${url}${path}?${search}>; rel="next"`);
  json(response, all.slice(from, from + PAGE));
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { "content-type": "application/json", "x-error-code": "EntryNotFound" });
  response.end(JSON.stringify({ error: "Entry not found" }));
}
