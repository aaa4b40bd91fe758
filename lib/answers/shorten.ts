/** Only the two ends of a longer reply are read: its answer is at the beginning or at the end. */
const MAX_READ_CHARS = 10_000;

/**
 * A reply, or the two ends of a long one. A letter is added at each cut, so that part of a word does not look like a
 * label.
 */
export function shorten(reply: string): string {
  if (reply.length <= MAX_READ_CHARS) return reply;
  return `${reply.slice(0, MAX_READ_CHARS / 2)}x\nx${reply.slice(-MAX_READ_CHARS / 2)}`;
}

/** The opening tags of an answer, such as <answer>, <CONCLUSION>, <|begin_of_box|> and <|START_RESPONSE|>. */
const ANSWER = /<\|?(?:(?:begin_of|start)_(?:box|answer|solution|response)|\w{0,20}answer|conclusion|response)\|?>/gi;

/** The content of the last element that is marked as the answer; the whole text if there is none. */
export function markedAnswer(text: string): string {
  let start = -1;
  for (const { 0: tag, index } of text.matchAll(ANSWER)) start = index! + tag.length;
  return start < 0 ? text : text.slice(start).split("<", 1)[0]!;
}
