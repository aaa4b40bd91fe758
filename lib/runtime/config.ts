import { z } from "zod";

const shared = {
  /** CPU threads per job. */
  threads: z.int().positive(),
  /** The type of weights; "nf4" is 4-bit (QLoRA), a departure from the paper. A card without bfloat16 takes float16. */
  dtype: z.enum(["float32", "bfloat16", "float16", "nf4"]),
  /** How trainings use the hardware. */
  training: z
    .strictObject({
      /** Samples per pass; by default as many as fit. */
      micro_batch: z.int().positive().optional(),
      /** Whether activations are computed again rather than kept; by default where they would not fit. */
      gradient_checkpointing: z.boolean().optional(),
      /** Whether samples share rows without padding; "auto": on GPUs, where the architecture allows it. */
      packing: z.enum(["auto", "on", "off"]).default("auto"),
      /** GPUs that train one adapter together. One adapter per GPU makes better use of several. */
      gpus: z.int().positive().default(1),
    })
    .optional(),
  /** The card that the plan reckons with, of data/cards.json; without it, this machine's CPU. */
  card: z.string().optional(),
};

/** The folder in which jobs and their inputs lie, and the Python program of jobs, on the machine that runs them. */
const place = {
  folder: z
    .string()
    .regex(/^[^\s~'"]+$/, "expected a path without spaces, quotes or ~")
    .optional(),
  /** By default the project's own on this machine; on another one `python3`, or the one that `setup` makes. */
  python: z.string().optional(),
  /** Whether the kit makes a Python environment there, in the folder. */
  setup: z.boolean().default(false),
};

/** A name of the ssh configuration, or user@address; an option of ssh would begin with a dash. */
const host = z.string().regex(/^[^-\s]\S*$/, "expected a name of your ssh configuration, or user@address");

const time = z
  .string()
  .regex(/^(\d+-)?\d{1,2}:\d{2}:\d{2}$/, "expected hours:minutes:seconds, such as 12:00:00 or 1-00:00:00");

/** Where a profile's jobs run. Nothing of it but `dtype` determines results. */
export const runtimeSchema = z.preprocess(
  (given) => (given && typeof given === "object" && !("kind" in given) ? { kind: "local", ...given } : given),
  z.discriminatedUnion("kind", [
    /** This machine. */
    z.strictObject({
      kind: z.literal("local"),
      ...shared,
      /** Whether jobs go on when the command that started them ends. */
      detach: z.boolean().default(false),
    }),
    /** A machine that one can log in to. */
    z.strictObject({ kind: z.literal("ssh"), ...shared, host, ...place, folder: place.folder.unwrap() }),
    /** A Slurm cluster, on this machine or through a login node. */
    z.strictObject({
      kind: z.literal("slurm"),
      ...shared,
      host: host.optional(),
      ...place,
      /** A folder that all nodes see. */
      folder: place.folder.unwrap(),
      account: z.string().optional(),
      partition: z.string().optional(),
      /** The time limit of a job. */
      time: time.default("12:00:00"),
      /** The GPU type of --gres: "a100"; "none" for no GPU. */
      gpu: z.string().optional(),
      memory: z.string().optional(),
      /** Further lines of the batch script, without "#SBATCH". */
      sbatch: z
        .array(z.string().regex(/^--?[\w-]+([= ]\S.*)?$/, "expected an option of sbatch, such as --qos=normal"))
        .default([]),
      /** How many jobs wait or run at a time. */
      jobs: z.int().positive().default(64),
    }),
    /** A Ray cluster, through its Jobs API. */
    z.strictObject({
      kind: z.literal("ray"),
      ...shared,
      /** The address of its dashboard. */
      url: z.url({ protocol: /^https?$/, error: "expected an address such as http://127.0.0.1:8265" }),
      /** The machine through which the folder is reached; absent if this machine sees it. */
      host: host.optional(),
      ...place,
      /** A folder that all nodes see. */
      folder: place.folder.unwrap(),
      /** GPUs per job. */
      gpus: z.number().nonnegative().default(1),
      jobs: z.int().positive().default(256),
    }),
    /** Hugging Face Jobs. */
    z.strictObject({
      kind: z.literal("hf-jobs"),
      ...shared,
      /** The user or organisation that pays. */
      namespace: z.string(),
      /** The hardware, of `wov runtimes`. */
      flavor: z.string().default("a100-large"),
      /** The Docker image. */
      image: z.string().default("pytorch/pytorch:2.13.0-cuda13.0-cudnn9-runtime"),
      /** Hours after which a job is ended. */
      hours: z.number().positive().default(12),
      jobs: z.int().positive().default(8),
    }),
  ]),
);
export type RuntimeConfig = z.infer<typeof runtimeSchema>;
export type ConfigOf<Kind extends RuntimeConfig["kind"]> = Extract<RuntimeConfig, { kind: Kind }>;

/** Whether jobs go on when the command that started them ends. */
export const isDetached = (config: RuntimeConfig): boolean => config.kind !== "local" || config.detach;
