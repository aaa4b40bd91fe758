/** Of a longer reply only the beginning and the end are read: an answer stands at one of them. */
const MAX_READ_CHARS = 10_000;

/**
 * A reply, or the two ends of a long one. The cut ends get a letter more, so that half a word does not look like a
 * label.
 */
export function shorten(reply: string): string {
  if (reply.length <= MAX_READ_CHARS) return reply;
  return `${reply.slice(0, MAX_READ_CHARS / 2)}x\nx${reply.slice(-MAX_READ_CHARS / 2)}`;
}

/**
 * What a reply says when its reasoning is over, and of that the content of its last <answer> tag, if there is one.
 * Reasoning that never ends leaves nothing.
 */
export function finalPart(reply: string): string {
  const parts = reply.split(/<(\/?)(?:think|thinking|reasoning)>/i);
  const isOpen = parts.length > 1 && parts.at(-2) === "";
  const answers = parts.at(-1)!.split(/<answer>/i);
  if (isOpen) return "";
  return answers.length > 1 ? answers.at(-1)!.split("<")[0]! : answers[0]!;
}
