import type { Item, Option } from "../benchmark/index";
import { renderOptions } from "../prompts/index";
import { readPraxis } from "./praxis";
import { readStrict } from "./strict";
import { readViva } from "./viva";

/** A judge's reply if none of the options is meant. */
const NONE = "Z";

/**
 * The prompt that asks another model which option a reply means. The authors' scripts ask GPT-3.5 (with sampling) if
 * their rules cannot read a reply. The wording is the kit's own; like theirs, it asks for the most similar option, or
 * Z.
 */
export function judgePrompt(reply: string, options: readonly Option[]): string {
  return (
    `A model was asked to choose one of these options:\n\n${renderOptions(options)}\n\nIt replied:\n\n${reply}\n\n` +
    `Which option does the reply mean? Answer with the letter of the most similar option, or ${NONE} if it means none:`
  );
}

/** The letter that a judge names; null for Z, or if no choice can be read from its own reply. */
export const readJudge = (reply: string, options: readonly Option[]): string | null =>
  reply.trim().startsWith(NONE) ? null : readStrict(reply, options);

/** Items whose reply at least one of the authors' scorers cannot read; a judge is asked about these. */
export const itemsToJudge = (items: readonly Item[], replies: ReadonlyMap<number, string>): Item[] =>
  items.filter(({ index }) => {
    const reply = replies.get(index);
    return reply !== undefined && (readViva(reply) === null || readPraxis(reply) === null);
  });
