import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { WovError } from "../errors";
import { inheritedEnvironment } from "./environment";

/** What a program left. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs programs and moves files: on this machine, or on another one through ssh. */
export interface Shell {
  /** "this machine", or the ssh host. */
  where: string;
  /** Runs a program in the user's home folder or, on this machine, in the current folder. */
  run(command: readonly string[], input?: string, signal?: AbortSignal): Promise<Ended>;
  /** Copies the files of a local folder, following links. Each appears whole or not at all. */
  send(from: string, to: string): Promise<void>;
  /** Copies files or folders, relative to `from`, into a local folder. */
  fetch(from: string, paths: readonly string[], to: string): Promise<void>;
}

/** Runs a program to its end. @throws WovError if it cannot be started */
export function runProgram(command: readonly string[], input = "", signal?: AbortSignal): Promise<Ended> {
  const [program, ...args] = command as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { signal, env: inheritedEnvironment() });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (data) => (stdout += data));
    child.stderr.setEncoding("utf8").on("data", (data) => (stderr += data));
    child.stdin.on("error", () => {}); // it may end before it has read its input
    child.stdin.end(input);
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new WovError(`the program '${program}' is not installed`) : error),
    );
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** This machine. */
export const localShell = (): Shell => ({
  where: "this machine",
  run: runProgram,
  async send(from, to) {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) {
      const part = join(to, `.${name}.${process.pid}`);
      cpSync(join(from, name), part, { dereference: true });
      renameSync(part, join(to, name));
    }
  },
  async fetch(from, paths, to) {
    for (const path of paths) {
      if (!existsSync(join(from, path))) continue;
      mkdirSync(dirname(join(to, path)), { recursive: true });
      cpSync(join(from, path), join(to, path), { recursive: true, dereference: true });
    }
  },
});

/** How long ssh may take to connect, and how long it keeps a connection for the next call, in seconds. */
const CONNECT_SECONDS = 20;
const KEEP_SECONDS = 120;

/**
 * Another machine, through the user's own ssh and rsync programs, keys and ssh configuration. It never asks for a
 * password.
 *
 * @param host a name of the ssh configuration, or user@address
 */
export function sshShell(host: string, options: readonly string[] = []): Shell {
  const ssh = [
    "ssh",
    ...["BatchMode=yes", `ConnectTimeout=${CONNECT_SECONDS}`, "ServerAliveInterval=15", "ServerAliveCountMax=4"],
    ...sharedConnection(),
  ].flatMap((part, i) => (i === 0 ? [part] : ["-o", part]));
  const program = [...ssh, ...options];
  const rsync = ["rsync", "--archive", "--no-owner", "--no-group", "-e", program.map(quote).join(" ")];
  const check = async (command: readonly string[], input?: string) => {
    const { code, stderr } = await runProgram(command, input);
    if (code !== 0) throw connectionError(host, code, stderr);
  };
  return {
    where: host,
    async run(command, input, signal) {
      const ended = await runProgram([...program, host, command.map(quote).join(" ")], input, signal);
      if (ended.code === 255) throw connectionError(host, 255, ended.stderr);
      return ended;
    },
    send: (from, to) => check([...rsync, "--copy-links", "--mkpath", `${from}/`, `${host}:${to}/`]),
    async fetch(from, paths, to) {
      mkdirSync(to, { recursive: true });
      const list = paths.map((path) => `${path}\n`).join("");
      await check(
        [...rsync, "--recursive", "--ignore-missing-args", "--files-from=-", `${host}:${from}/`, `${to}/`],
        list,
      );
    },
  };
}

/** The longest path of a socket, less what ssh adds to it: a hash of 40 digits and an ending. */
const MAX_PATH = 104 - 60;

/** Calls share one connection, through a socket in a folder that nobody else can write to. */
function sharedConnection(): string[] {
  const folder = join(homedir(), ".ssh");
  if (folder.length > MAX_PATH || process.platform === "win32") return ["ControlMaster=no"];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return ["ControlMaster=auto", `ControlPath=${folder}/wov-%C`, `ControlPersist=${KEEP_SECONDS}`];
}

/** A word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The machine could not be reached; this is not the job's fault, and may pass. */
export class ConnectionError extends WovError {}

/** Exit codes of rsync after which another try may help: what ssh says, and those of broken connections. */
const CONNECTION_CODES = [255, 5, 10, 12, 30, 35];
/** Failures that rsync may report with such a code although the connection is sound. */
const FILE_FAILURE = /failed: (No such file|Permission denied|No space left|Disk quota|Read-only)/;

function connectionError(host: string, code: number, stderr: string): Error {
  if (/rsync: (command )?not found|remote command not found/.test(stderr))
    return new WovError(
      `${host}: rsync is not installed there: install it (Debian, Ubuntu: \`sudo apt install rsync\`)`,
    );
  const lines = stderr.trim().split(/\r?\n/);
  // rsync ends with lines of its own, which do not say why.
  const reason = [...lines]
    .reverse()
    .find((line) => !/^rsync( error)?: (.*\(code \d+\)|connection unexpectedly)/.test(line));
  const text = reason || lines.at(-1) || `exit code ${code}`;
  if (!CONNECTION_CODES.includes(code) || FILE_FAILURE.test(text))
    return new WovError(`${host}: files could not be copied: ${text}`);
  return new ConnectionError(
    `${host} cannot be reached by ssh: ${text}. Check that \`ssh ${host} true\` works without a password`,
  );
}
