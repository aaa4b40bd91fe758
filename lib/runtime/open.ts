import { join, resolve } from "node:path";
import { hubToken } from "../hub";
import { venvProgram } from "../process";
import { type ConfigOf, isDetached, type RuntimeConfig } from "./config";
import { createHfJobsRuntime } from "./hf-jobs";
import { shareOf } from "./job-share";
import { createLocalRuntime } from "./local";
import { createMachineEngine } from "./machine";
import { once } from "./once";
import { createRayEngine } from "./ray";
import { createRemoteRuntime } from "./remote-runtime";
import type { Runtime } from "./runtime";
import { setUpPython } from "./set-up";
import { localShell, sshShell } from "./shell";
import { createSlurmEngine } from "./slurm";
import { openWorkspace, type Workspace } from "./workspace";

/** Further ways in which tests differ from use. */
export interface OpenOptions {
  /** The folder of the jobs' Python code; `remote/` by default. */
  code?: string;
  /** Time between two looks at the jobs, in milliseconds. */
  pollMs?: number;
  /** After how many seconds without a sign of life a job is reported. */
  silent?: { heartbeat: number; events: number };
  /** Options of ssh, such as a file of known hosts. */
  ssh?: readonly string[];
}

/** Opens the runtime that a profile names. Nothing is contacted yet. */
export async function openRuntime(root: string, config: RuntimeConfig, options: OpenOptions = {}): Promise<Runtime> {
  const { threads } = config;
  if (!isDetached(config)) return createLocalRuntime(root, shareOf(config));
  const token = hubToken(root);
  const secrets: Record<string, string> = token ? { HF_TOKEN: token } : {};
  if (config.kind === "hf-jobs") return createHfJobsRuntime({ root, config, secrets, ...options });
  const workspace = workspaceOf(root, config, options);
  const engine = engineOf(config, workspace, root);
  const { pollMs, silent } = options;
  return createRemoteRuntime({ root, kind: config.kind, workspace, engine, threads, secrets, pollMs, silent });
}

type WithWorkspace = Exclude<RuntimeConfig, ConfigOf<"hf-jobs">>;

function workspaceOf(root: string, config: WithWorkspace, { code, ssh }: OpenOptions): Workspace {
  if (config.kind === "local") {
    const folder = join(root, "runs/jobs/workspace");
    return openWorkspace({ root, shell: localShell(), folder, python: venvProgram(root, "python"), code });
  }
  const { host, folder, python, setup } = config;
  const shell = host === undefined ? localShell() : sshShell(host, ssh);
  const at = host === undefined ? resolve(root, folder) : folder;
  const own = () => (host === undefined ? venvProgram(root, "python") : "python3");
  if (python !== undefined || !setup) return openWorkspace({ root, shell, folder: at, python: python ?? own(), code });
  const jobPython = once(() => setUpPython(root, shell, at));
  return openWorkspace({ root, shell, folder: at, python: "python3", jobPython, code });
}

function engineOf(config: WithWorkspace, workspace: Workspace, root: string) {
  switch (config.kind) {
    case "local":
      return createMachineEngine(workspace, shareOf(config), "local, detached");
    case "ssh":
      return createMachineEngine(workspace, shareOf(config), `ssh ${config.host}`);
    case "slurm":
      return createSlurmEngine(workspace.shell, config);
    case "ray":
      return createRayEngine(root, config);
  }
}
