/** Of a longer reply only the beginning and the end are read: an answer stands at one of them. */
const MAX_READ_CHARS = 20_000;

/** A reply, or of a long one its two ends; the cut ends get a letter more, so that no half word looks like a label. */
export function shortened(reply: string): string {
  if (reply.length <= MAX_READ_CHARS) return reply;
  return `${reply.slice(0, MAX_READ_CHARS / 2)}x x${reply.slice(-MAX_READ_CHARS / 2)}`;
}

/** What stands in the last <answer> tag, else what follows the reasoning, else all. */
export function finalPart(text: string): string {
  const tagged = [...text.matchAll(/<answer>([^<]*)<\/answer>/gi)].pop()?.[1];
  return tagged ?? text.split("</think>").pop()!;
}
