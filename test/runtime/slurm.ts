import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import {
  findProgram,
  freePorts,
  missingPrograms,
  type Server,
  type Skipped,
  startServer,
  waitUntil,
} from "./processes";

/** A Slurm cluster of one node with two CPUs and no GPU, which runs two jobs at a time. */
export interface Slurm {
  /** What Slurm's programs need to find it; it is set in this process as well. */
  environment: { SLURM_CONF: string };
  /** Runs one of Slurm's programs and returns what it printed. */
  run(program: string, ...args: string[]): string;
  /** Ends the controller, as for maintenance; what is returned starts it again. Jobs go on meanwhile. */
  endController(): Promise<() => void>;
  stop(): Promise<void>;
}

/** Starts it with a munged of its own, so that nothing of the machine is touched. */
export async function startSlurm(): Promise<Slurm | Skipped> {
  const missing = missingPrograms(["slurmctld", "slurmd", "sbatch", "munged"]);
  if (missing) return { skipped: missing };
  if (process.getuid?.() !== 0) return { skipped: "slurmd starts jobs as root only" };
  const folder = mkdtempSync(join(tmpdir(), "wov-slurm-"));
  chmodSync(folder, 0o755); // munged wants its socket to be within reach of all
  const file = (name: string) => join(folder, name);
  for (const name of ["state", "spool"]) mkdirSync(file(name));
  const [controlPort, nodePort] = (await freePorts(2)) as [number, number];
  writeFileSync(file("munge.key"), randomBytes(128), { mode: 0o400 });
  writeFileSync(file("slurm.conf"), slurmConfig(folder, controlPort, nodePort));
  const environment = { SLURM_CONF: file("slurm.conf") };
  const servers: Server[] = [];
  let controller: Server;
  const start = (program: string, ...args: string[]) => {
    const log = file(`${program}.log`);
    const server = startServer([findProgram(program)!, ...args], { log, environment });
    servers.push(server);
    return { title: program, log, server };
  };
  const run = (program: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, ...environment },
    });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
    return stdout.trim();
  };
  const before = process.env.SLURM_CONF;
  const stop = async () => {
    if (before === undefined) delete process.env.SLURM_CONF;
    else process.env.SLURM_CONF = before;
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil(() => existsSync(file("munge.socket")), start("munged", ...mungeOptions(folder)));
    controller = start("slurmctld", "-D").server;
    const node = start("slurmd", "-D");
    const state = () =>
      spawnSync("sinfo", ["-h", "-o", "%T"], { encoding: "utf8", env: { ...process.env, ...environment } });
    await waitUntil(() => state().stdout?.trim() === "idle", node);
  } catch (error) {
    await stop();
    throw error;
  }
  process.env.SLURM_CONF = environment.SLURM_CONF;
  const endController = async () => {
    await controller.stop();
    return () => {
      controller = start("slurmctld", "-D").server;
    };
  };
  return { environment, run, endController, stop };
}

/** `--force`, since it objects to folders below one that all may write to. */
const mungeOptions = (folder: string): string[] => [
  "--foreground",
  "--force",
  `--socket=${folder}/munge.socket`,
  `--key-file=${folder}/munge.key`,
  `--pid-file=${folder}/munge.pid`,
  `--seed-file=${folder}/munge.seed`,
  `--log-file=${folder}/munge.log`,
];

function slurmConfig(folder: string, controlPort: number, nodePort: number): string {
  const host = hostname().split(".")[0];
  return [
    `ClusterName=wov${controlPort}`,
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controlPort}`,
    `SlurmdPort=${nodePort}`,
    "SlurmUser=root",
    "AuthType=auth/munge",
    // A requeued job waits until its credential has expired, by default two minutes.
    `AuthInfo=socket=${folder}/munge.socket,cred_expire=5`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "MpiDefault=none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0",
    "SlurmdParameters=config_overrides", // two CPUs, whatever the machine has
    "ReturnToService=2",
    "KillWait=5",
    "MinJobAge=2", // a finished job is forgotten at once, as on a cluster after some minutes
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN`,
    `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    "",
  ].join("\n");
}
