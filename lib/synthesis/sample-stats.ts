import { tally } from "../count";
import { createRandom } from "../random";
import { nearestScores } from "../screen/index";
import { plain, type Sample } from "./sample";
import { toScreenable } from "./screenable";
import type { Rejection } from "./set";

/** Statistics of a set of samples. */
export interface SampleStats {
  /** Words per situation: the quartiles. */
  words: { low: number; median: number; high: number };
  /** How many questions have each number of options. */
  options: Record<string, number>;
  /** Number of different questions, whatever their situations. */
  questions: number;
  /** How many questions are of each type, by keyword: each is of the first type that fits. */
  questionTypes: Record<string, number>;
  /** Most common first words of situations, with how many samples begin with them. */
  commonPrefixes: { text: string; samples: number }[];
  /** Samples that mention a theme, by keyword; one may mention several, or none. */
  themes: Record<string, number>;
  /** Different words, and pairs of words, per word (Li et al. 2016, distinct-1 and distinct-2). */
  distinct: { words: number; pairs: number };
  /** Mean similarity of a sample to its nearest other one, over a seeded draw (Jaccard similarity of word triples). */
  selfSimilarity: number;
  /** Percentage of repeats among all samples so far, by number of calls. */
  repeats: { calls: number; percent: number }[];
}

const PREFIX_WORDS = 3;
const MAX_PREFIXES = 5;
const SAMPLE_SIZE = 100;
const POINTS = 12;
/** The more specific types first, since nearly all questions ask "what" or "which". */
const QUESTION_TYPES: Record<string, RegExp> = {
  "what not to do": /\b(?:not|avoid|worse|worst|least|wrong|mistake|except)\b/i,
  "what comes first": /\b(?:first|initial|immediate\w*|priorit\w*|before)\b/i,
  "why, or what follows": /\b(?:why|reason\w*|because|consequence\w*|outcome|happens? if|suppose)\b/i,
  "what is missing": /\b(?:missing|information|assum\w*|need to know|weak point)\b/i,
  "what is best": /\b(?:best|most|better|appropriate|right|fair|should|fits?)\b/i,
};
const THEMES: Record<string, RegExp> = {
  "a child": /\b(?:child|children|kid|boy|girl|baby|toddler|teen\w*|pupil)\b/i,
  "an old person": /\b(?:old|elderly|grandmother|grandfather|senior)\b/i,
  "an animal": /\b(?:dog|cat|animal|bird|horse|pet)\b/i,
  "fire, water, falls": /\b(?:fire|smoke|flames?|burn\w*|drown\w*|water|flood|fall\w*|fell|stuck|trapped)\b/i,
  "illness or injury": /\b(?:ill|sick|hurt|injur\w*|bleed\w*|faint\w*|pain|fever|unconscious|choking)\b/i,
  "crime or wrong": /\b(?:rob\w*|steal\w*|stolen|theft|attack\w*|threat\w*|bully\w*|cheat\w*|litter\w*)\b/i,
  "a helping hand": /\b(?:carry|carrying|heavy|lost|help|assist\w*|struggl\w*)\b/i,
};

/** Describes samples, and the share of repeats among all that were read. */
export function describeSamples(samples: readonly Sample[], rejected: readonly Rejection[], seed: number): SampleStats {
  const lengths = samples.map(({ situation }) => wordsOf(situation).length).sort((a, b) => a - b);
  const quantile = (share: number) => lengths[Math.floor(share * (lengths.length - 1))] ?? 0;
  return {
    words: { low: quantile(0.25), median: quantile(0.5), high: quantile(0.75) },
    options: tally(samples.map(({ options }) => String(options.length))),
    questions: new Set(samples.map(({ question }) => plain(question))).size,
    questionTypes: tally(samples.map(questionTypeOf)),
    commonPrefixes: commonPrefixesOf(samples),
    themes: Object.fromEntries(
      Object.entries(THEMES).map(([theme, pattern]) => [
        theme,
        samples.filter((s) => pattern.test(s.situation)).length,
      ]),
    ),
    distinct: distinctOf(samples),
    selfSimilarity: selfSimilarity(samples, seed),
    repeats: repeatsOf(samples, rejected),
  };
}

const questionTypeOf = ({ question }: Sample): string =>
  Object.entries(QUESTION_TYPES).find(([, pattern]) => pattern.test(question))?.[0] ?? "otherwise";

const wordsOf = (text: string) => plain(text).split(" ");

function commonPrefixesOf(samples: readonly Sample[]): SampleStats["commonPrefixes"] {
  const counts = tally(samples.map(({ situation }) => wordsOf(situation).slice(0, PREFIX_WORDS).join(" ")));
  const sorted = Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.slice(0, MAX_PREFIXES).map(([text, n]) => ({ text, samples: n }));
}

function distinctOf(samples: readonly Sample[]): SampleStats["distinct"] {
  const [words, pairs] = [new Set<string>(), new Set<string>()];
  let all = 0;
  for (const { situation } of samples) {
    const list = wordsOf(situation);
    all += list.length;
    list.forEach((word, i) => {
      words.add(word);
      if (i > 0) pairs.add(`${list[i - 1]} ${word}`);
    });
  }
  return { words: words.size / Math.max(1, all), pairs: pairs.size / Math.max(1, all) };
}

function selfSimilarity(samples: readonly Sample[], seed: number): number {
  const sorted = [...samples].sort((a, b) => (a.id < b.id ? -1 : 1));
  const drawn = createRandom("looks", seed).shuffle(sorted).slice(0, SAMPLE_SIZE);
  const scores = nearestScores(drawn.map(toScreenable), samples.map(toScreenable));
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

function repeatsOf(samples: readonly Sample[], rejected: readonly Rejection[]): SampleStats["repeats"] {
  const callOf = (call: string) => Number(/\d+$/.exec(call)?.[0] ?? 0);
  const repeats = rejected.filter(({ reason }) => reason === "duplicate" || reason === "near duplicate");
  const [kept, removed] = [samples, repeats].map((some) => some.map(({ call }) => callOf(call)));
  const last = Math.max(0, ...kept!, ...removed!) + 1;
  return Array.from({ length: POINTS }, (_, i) => {
    const calls = Math.ceil((last * (i + 1)) / POINTS);
    const [keptSoFar, removedSoFar] = [kept!, removed!].map((some) => some.filter((call) => call < calls).length) as [
      number,
      number,
    ];
    return { calls, percent: (100 * removedSoFar) / Math.max(1, keptSoFar + removedSoFar) };
  });
}
