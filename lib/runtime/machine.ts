import { z } from "zod";
import type { Engine } from "./engine";
import { once } from "./once";
import type { DescribedMachine, Workspace } from "./workspace";

/**
 * Starts jobs as processes of one machine: this one, or one that is reached by ssh. They outlive the connection. The
 * machine runs one job per GPU or, without GPUs, as many as the cores allow; the others wait there.
 */
export function createMachineEngine(workspace: Workspace, threads: number, label: string): Engine {
  const machine = once(() => workspace.describe());
  const places = async () => placesOf(await machine(), threads);
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
        free: Math.max(0, placesOf(now, threads) - busy),
        gpus: gpus.map(({ name, memoryGb }) => `${name}, ${memoryGb.toFixed(0)} GB`),
        cores,
        notes: [`${host}, ${cores} CPU cores, Python ${python}, ${diskGb.toFixed(0)} GB of disk free`],
      };
    },
  };
}

/** How many jobs may run at a time. */
const placesOf = ({ gpus, cores }: DescribedMachine, threads: number): number =>
  gpus.length || Math.max(1, Math.floor(cores / threads));
