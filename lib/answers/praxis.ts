import { shorten } from "./shorten";

/** Words that speak for a letter that follows them within `REACH` signs. */
const KEYWORDS = ["answer", "choice", "choose", "select", "option", "correct", "final", "best"];
const REACH = 40;
const MARKS = '.,:;!?)]}*"';

/**
 * Reads a reply as Praxis-VLM's script does, the paper's second version: what stands in <answer> after </think>;
 * there a capital by itself before a mark or the end. Of several, the one that most keywords precede; of equals
 * the last. There is no rule for refusals. What is left goes to a judge there; without one it is unparsed (null).
 *
 * Rebuilt from what the script does, not copied. It may name an option that the item does not have.
 */
export function readPraxis(reply: string): string | null {
  const afterThinking = shorten(reply).split("</think>").pop()!;
  const text = (/<answer>([^<]*)/i.exec(afterThinking)?.[1] ?? afterThinking).trim();
  const found = [...text.matchAll(/(?<![A-Za-z0-9])[A-Z](?![A-Za-z0-9])/g)]
    .filter(({ index }) => index + 1 === text.length || MARKS.includes(text[index + 1]!))
    .map(({ 0: letter, index }) => ({ letter, index }));
  if (new Set(found.map(({ letter }) => letter)).size < 2) return found[0]?.letter ?? null;
  const scored = found.map(({ letter, index }) => ({ letter, score: keywordsBefore(text, index) }));
  return scored.reduce((best, one) => (one.score >= best.score ? one : best)).letter;
}

function keywordsBefore(text: string, index: number): number {
  const before = text.slice(Math.max(0, index - REACH), index).toLowerCase();
  return KEYWORDS.filter((word) => before.includes(word)).length;
}
