import { shorten } from "./shorten";

/** Words that count in favour of a letter that follows them within `REACH` characters. */
const KEYWORDS = ["answer", "choice", "choose", "select", "option", "correct", "final", "best"];
const REACH = 40;
const MARKS = '.,:;!?)]}*"';

/**
 * Reads a reply as the script of Praxis-VLM, the paper's second version, does. In the <answer> tag after </think>, it
 * looks for a single capital letter before punctuation or the end. Of several letters it takes the one that most
 * keywords precede, and in a tie the last one. It has no rule for refusals. In the authors' script a judge reads all
 * other replies; without a judge they are unparsed (null).
 *
 * Reimplemented from the script's behaviour, not copied. The letter may not be one of the item's options.
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
