import { z } from "zod";
import { uniqueList } from "./profile-parts";

const settings = {
  rank: z.int().positive(),
  alpha: z.number().positive(),
  dropout: z.number().min(0).lt(1),
  learning_rate: z.number().positive(),
  epochs: z.number().positive(),
  batch: z.int().positive(),
  scheduler: z.enum(["linear", "cosine", "constant"]),
  loss: z.enum(["answer", "conversation"]),
  /** Optimiser steps in which the learning rate rises. */
  warmup: z.int().nonnegative(),
  /** The adapter after the last step, or the one with the lowest validation loss. */
  keep: z.enum(["last", "best"]),
};

/** How VLMs are trained. */
export const trainingSchema = z.strictObject({
  ...settings,
  warmup: settings.warmup.default(0),
  keep: settings.keep.default("last"),
  /** Random seeds: each training is done once per seed; the profile's seed by default. */
  seeds: uniqueList(z.int(), "seed").optional(),
});

/** Another way of training: the settings that differ. */
export const methodSchema = z
  .strictObject({ label: z.string(), ...z.object(settings).partial().shape })
  .refine((method) => Object.keys(method).length > 1, {
    error: `expected at least one setting of 'training' beside the label: ${Object.keys(settings).join(", ")}`,
  });

const variant = z.strictObject({
  name: z.enum(["option-rotation", "no-picture", "shuffled-picture", "gold-situation"]),
  /** Only so many items, spread evenly over the benchmark. */
  items: z.int().min(2).optional(),
});

/**
 * How models are asked beside the plain way, before training, and after training on the teacher's text at the size of
 * the controls. "option-rotation": with the options in every cyclic order; "no-picture": without a picture;
 * "shuffled-picture": with another item's picture; "gold-situation": about the benchmark's own sentence. A name alone
 * is short for all items.
 */
export const variantsSchema = z
  .array(z.preprocess((entry) => (typeof entry === "string" ? { name: entry } : entry), variant))
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "expected each variant once")
  .default([]);
