import { z } from "zod";
import type { Engine } from "./engine";
import { type JobShare, jobsAtOnce } from "./job-share";
import { once } from "./once";
import type { DescribedMachine, Workspace } from "./workspace";

/**
 * Starts jobs as processes of one machine: this one, or one that is reached by ssh. They outlive the connection. The
 * machine runs one job per GPU or, without GPUs, as many as the cores allow; the others wait there.
 */
export function createMachineEngine(workspace: Workspace, share: JobShare, label: string): Engine {
  const machine = once(() => workspace.describe());
  const places = async () => jobsAtOnce(await sizeOf(machine()), share);
  return {
    label,
    slots: places,
    async start({ id, attempt, command, secrets }) {
      const request = { id, command: [...command, "--slots", `${await places()}`], environment: secrets };
      await workspace.ask("start", request, z.looseObject({ started: z.boolean() }));
      return `${attempt}`;
    },
    states: async () => new Map(), // the lock in the job's folder says whether a process of the machine works on it
    cancel: async () => {},
    async describe() {
      const now = await workspace.describe();
      const { gpus, cores, busy, diskGb, host, python } = now;
      return {
        free: Math.max(0, jobsAtOnce({ gpus: gpus.length, cores }, share) - busy),
        gpus: gpus.map(({ name, memoryGb }) => `${name}, ${memoryGb.toFixed(0)} GB`),
        cores,
        notes: [`${host}, ${cores} CPU cores, Python ${python}, ${diskGb.toFixed(0)} GB of disk free`],
      };
    },
  };
}

const sizeOf = async (machine: Promise<DescribedMachine>) => {
  const { gpus, cores } = await machine;
  return { gpus: gpus.length, cores };
};
