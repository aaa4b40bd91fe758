import { readStrict } from "../answers/index";
import { type Decoding, type Request, textRequest } from "../ask/index";
import { originalLetter, rotateOptions } from "../benchmark/index";
import { tally } from "../count";
import { type Form, trainingPrompt } from "./completion";
import type { Sample } from "./sample";
import type { Rejection } from "./set";

/**
 * How a source's answers are checked: the model that wrote a question answers it again, once per order of its options.
 * An answer is written in passing, as one letter in a long reply; asked again, a model knows better (data/pocket/WORLD.md).
 */
export interface Check {
  /** Orders of the options, at most as many as there are options. */
  orders: number;
  /**
   * "majority" keeps a sample if more than half of the answers are the one that was written; "all" if all are;
   * "relabel" replaces the written answer by that of the majority, and drops samples without one.
   */
  keep: "majority" | "all" | "relabel";
}

/** The answers to one sample, as letters of its own order; null if a reply is unparsed. */
export type CheckAnswers = readonly (string | null)[];

const requestId = (id: string, order: number) => `${id}#${order}`;
const ordersOf = ({ options }: Sample, orders: number) => Math.min(orders, options.length);

/** A request for each sample and order: its training prompt, without the answer. */
export const checkRequests = (samples: readonly Sample[], orders: number, decoding: Decoding, form?: Form): Request[] =>
  samples.flatMap((sample) =>
    Array.from({ length: ordersOf(sample, orders) }, (_, by) => {
      const options = rotateOptions(sample.options, by);
      return textRequest(requestId(sample.id, by), trainingPrompt({ ...sample, options }, form), decoding);
    }),
  );

/**
 * Reads the answers to each sample, by its id.
 *
 * @param replies texts by the ids of the requests
 */
export const readCheck = (
  samples: readonly Sample[],
  orders: number,
  replies: ReadonlyMap<string, string>,
): Map<string, CheckAnswers> =>
  new Map(
    samples.map((sample) => [
      sample.id,
      Array.from({ length: ordersOf(sample, orders) }, (_, by) => {
        const letter = readStrict(replies.get(requestId(sample.id, by)) ?? "", rotateOptions(sample.options, by));
        return letter && originalLetter(sample.options, letter, by);
      }),
    ]),
  );

/** The answer that more than half of the orders gave, if there is one. */
export function majorityOf(answers: CheckAnswers): string | undefined {
  const counts = Object.entries(tally(answers.filter((letter) => letter !== null)));
  return counts.find(([, count]) => 2 * count > answers.length)?.[0];
}

/** Whether the model stands by the answer that it wrote. */
export const isConfirmed = ({ answer }: Sample, answers: CheckAnswers): boolean => majorityOf(answers) === answer;

/** Why a sample does not pass. */
type CheckReason = "answer not confirmed" | "no majority";

/** Keeps, drops or relabels samples by the answers to them. */
export function applyCheck<T extends Sample>(
  samples: readonly T[],
  answers: ReadonlyMap<string, CheckAnswers>,
  keep: Check["keep"],
): { kept: T[]; rejected: (Rejection & { reason: CheckReason })[] } {
  const kept: T[] = [];
  const rejected: (Rejection & { reason: CheckReason })[] = [];
  for (const sample of samples) {
    const given = answers.get(sample.id)!;
    const majority = majorityOf(given);
    const passes = keep === "all" ? given.every((letter) => letter === sample.answer) : majority === sample.answer;
    if (passes) kept.push(sample);
    else if (keep === "relabel" && majority !== undefined) kept.push({ ...sample, answer: majority });
    else {
      const reason = keep === "relabel" ? "no majority" : "answer not confirmed";
      rejected.push({ reason, what: sample.id, call: sample.call });
    }
  }
  return { kept, rejected };
}
