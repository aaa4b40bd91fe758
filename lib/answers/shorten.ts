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

/**
 * The part of a reply after its reasoning, or the content of the last <answer> tag in that part. "" if the reasoning
 * never ends.
 */
export function finalPart(reply: string): string {
  const parts = reply.split(/<(\/?)(?:think|thinking|reasoning)>/i);
  const isOpen = parts.length > 1 && parts.at(-2) === "";
  const answers = parts.at(-1)!.split(/<answer>/i);
  if (isOpen) return "";
  return answers.length > 1 ? answers.at(-1)!.split("<")[0]! : answers[0]!;
}
