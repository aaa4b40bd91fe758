import { WovError } from "../errors";
import type { ConfigOf } from "./config";
import type { Engine, EngineJob, EngineState } from "./engine";
import { shareOf } from "./job-share";
import { ConnectionError, quote, type Shell } from "./shell";

/** States of `squeue` in which a job waits; in all others that it shows, it runs or is about to end. */
const WAITING = /^(PENDING|CONFIGURING|REQUEUED|REQUEUE_HOLD|REQUEUE_FED|SUSPENDED|RESV_DEL_HOLD|SPECIAL_EXIT)$/;
/** What Slurm's programs say while its controller does not answer, as when it is restarted. */
const AWAY = /Unable to contact slurm controller|Socket timed out|Zero Bytes were transmitted|Connection refused/i;
/** Seconds before the time limit at which Slurm tells a job to end, so that it can write down how it ended. */
const WARN_SECONDS = 60;

/** A Slurm cluster. Only options that Slurm 20.02 and later share are used, and no accounting database. */
export function createSlurmEngine(shell: Shell, config: ConfigOf<"slurm">): Engine {
  const run = async (command: string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await shell.run(command, input);
    if (code === 0) return stdout.trim();
    const last = (stderr || stdout).trim().split("\n").at(-1) || `exit code ${code}`;
    const message = `Slurm on ${shell.where}: ${command[0]}: ${last.replace(/^(\w+: )?(error: )?/, "")}`;
    throw AWAY.test(last) ? new ConnectionError(message) : new WovError(message);
  };
  /** The jobs of this user that Slurm has, or those of a name: Slurm's own ids with their states. */
  const queue = async (...options: string[]) => {
    const lines = (await run(["squeue", "-h", "--me", "-o", "%i %T", ...options])).split("\n").filter(Boolean);
    return lines.map((line) => line.trim().split(" ") as [id: string, state: string]);
  };
  return {
    label: `slurm${config.host ? ` ${config.host}` : ""}${config.partition ? `, partition ${config.partition}` : ""}`,
    slots: async () => config.jobs,
    async start(job) {
      const name = `wov-${job.id}`;
      // One that is ending was cancelled, and makes no further attempt.
      const [earlier] = (await queue("--name", name)).find(([, state]) => state !== "COMPLETING") ?? [];
      return earlier ?? (await run(["sbatch", "--parsable"], batchScript(name, job, config))).split(";")[0]!;
    },
    async states(ids) {
      if (ids.length === 0) return new Map();
      const all = new Map(await queue());
      return new Map(ids.map((id) => [id, toState(all.get(id))]));
    },
    async cancel(id) {
      await run(["scancel", id]);
    },
    async describe() {
      const nodes = await run(["sinfo", "-h", "-o", "%P|%D|%G|%T"]);
      const parts = nodes.split("\n").map((line) => {
        const [partition, count, gres, state] = line.split("|");
        return `partition ${partition}: ${count} nodes ${state}${gres === "(null)" ? ", no GPU" : `, ${gres}`}`;
      });
      return { gpus: [], notes: [...parts, `${(await queue()).length} of your jobs are in the queue`] };
    },
  };
}

const toState = (state: string | undefined): EngineState =>
  state === undefined ? "gone" : WAITING.test(state) ? "queued" : "running";

/** The script that sbatch reads from standard input. No secrets are in it, since Slurm keeps it. */
export function batchScript(
  name: string,
  { folder, workspace, command, threads }: EngineJob,
  config: ConfigOf<"slurm">,
): string {
  const { account, partition, time, gpu = "", memory, sbatch } = config;
  const { gpus } = shareOf(config);
  const options = [
    `--job-name=${name}`,
    `--output=${folder}/slurm-%j.txt`,
    "--open-mode=append",
    "--requeue",
    "--nodes=1",
    "--ntasks=1",
    `--cpus-per-task=${threads}`,
    `--time=${time}`,
    `--signal=B:TERM@${WARN_SECONDS}`,
    ...(gpu === "none" ? [] : [`--gres=gpu:${gpu ? `${gpu}:` : ""}${gpus}`]),
    ...(account ? [`--account=${account}`] : []),
    ...(partition ? [`--partition=${partition}`] : []),
    ...(memory ? [`--mem=${memory}`] : []),
    ...sbatch,
  ];
  const limited = [...command, "--limit", `${secondsOf(time)}`];
  // `exec`: the signal before the time limit goes to the batch shell alone.
  return [
    "#!/bin/sh",
    ...options.map((option) => `#SBATCH ${option}`),
    `cd ${quote(workspace)} || exit 1`,
    `exec ${limited.map(quote).join(" ")}`,
    "",
  ].join("\n");
}

/** The seconds of "days-hours:minutes:seconds". */
function secondsOf(time: string): number {
  const [, days = 0, hours, minutes, seconds] = /^(?:(\d+)-)?(\d+):(\d+):(\d+)$/.exec(time)!.map(Number);
  return ((Number(days || 0) * 24 + hours!) * 60 + minutes!) * 60 + seconds!;
}
