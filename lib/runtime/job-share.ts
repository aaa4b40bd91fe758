import type { RuntimeConfig } from "./config";

/** What a job takes of a machine. */
export interface JobShare {
  /** CPU threads. */
  threads: number;
  /** GPUs, where the machine has any. */
  gpus: number;
}

/** One GPU per job, unless several train one adapter together. */
export const shareOf = ({ threads, training }: RuntimeConfig): JobShare => ({ threads, gpus: training?.gpus ?? 1 });

/** How many jobs a machine runs at a time: by its GPUs or, without GPUs, by its cores; at least one. */
export const jobsAtOnce = ({ gpus, cores }: { gpus: number; cores: number }, share: JobShare): number =>
  Math.max(1, Math.floor(gpus > 0 ? gpus / share.gpus : cores / share.threads));
