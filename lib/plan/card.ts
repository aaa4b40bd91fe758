import type { Card } from "../runtime/index";

/** Share of a card's operations, and of its bandwidth, that programs are assumed to use. */
const USED = { operations: 0.35, bandwidth: 0.5 };
/**
 * Operations per parameter and token: two forward, two backward (the frozen weights need no gradients of their own), and
 * two more to compute again what gradient checkpointing has dropped.
 */
const TRAINING = 6;
const READING = 2;

/** Seconds that a card takes to train on tokens. */
export const trainingSeconds = (card: Card, parameters: number, tokens: number): number =>
  (TRAINING * parameters * tokens) / (USED.operations * card.tflops * 1e12);

/**
 * Seconds that a card takes to read prompts and to write replies, `batch` at a time. Writing is limited by how fast the
 * weights are read, once per token of a batch.
 */
export function predictionSeconds(
  card: Card,
  { parameters, bytes }: { parameters: number; bytes: number },
  { requests, prompt, completion, batch }: { requests: number; prompt: number; completion: number; batch: number },
): number {
  const read = (READING * parameters * prompt) / (USED.operations * card.tflops * 1e12);
  const steps = (completion / Math.max(1, requests)) * Math.ceil(requests / batch);
  return read + (steps * bytes) / (USED.bandwidth * card.gbPerSecond * 1e9);
}

/** LoRA parameters per parameter of the model and unit of rank: 80 million for 7.6 billion at rank 32. */
const LORA = 80e6 / 7.6e9 / 32;
/** Bytes per adapter parameter in training: itself, its gradient, and two moments of Adam, in fp32. */
const ADAPTER_BYTES = 16;
/**
 * Bytes per parameter of the model and token in flight, with gradient checkpointing in training, and with the cache of
 * keys and values in prediction; calculated for Qwen2-VL-7B and LLaVA-OneVision-7B.
 */
const TRAINING_BYTES = 1.1e-4;
const PREDICTION_BYTES = 2.7e-5;
/** What the allocator loses. */
const FRAGMENTED = 1.09;
const GB = 1e9;

export const adapterParameters = (parameters: number, rank: number): number => LORA * rank * parameters;

/** Memory that training needs, in GB. */
export const trainingMemoryGb = (
  { parameters, bytes }: { parameters: number; bytes: number },
  rank: number,
  tokens: number,
): number =>
  (FRAGMENTED * (bytes + ADAPTER_BYTES * adapterParameters(parameters, rank) + TRAINING_BYTES * parameters * tokens)) /
  GB;

/** Memory that prediction needs, in GB. */
export const predictionMemoryGb = (
  { parameters, bytes }: { parameters: number; bytes: number },
  tokens: number,
): number => (FRAGMENTED * (bytes + PREDICTION_BYTES * parameters * tokens)) / GB;
