import { tally } from "../count";
import { createRandom } from "../random";
import { nearestScores } from "../screen/index";
import { plain, type Sample } from "./sample";
import { toScreenable } from "./screenable";
import type { Rejection } from "./set";

/** What a set of samples looks like. */
export interface SampleStats {
  /** Words of the situations: the quartiles. */
  words: { low: number; median: number; high: number };
  /** How many questions have so many options. */
  options: Record<string, number>;
  /** Different questions, whatever their situations. */
  questions: number;
  /** How many questions ask so, by keyword: each is of the first kind that fits. */
  asks: Record<string, number>;
  /** Most common first words of situations, with how many begin so. */
  openings: { text: string; samples: number }[];
  /** Samples that speak of something, by keyword; one may speak of several, or of none. */
  themes: Record<string, number>;
  /** Different words, and pairs of words, per word (Li et al. 2016, distinct-1 and distinct-2). */
  distinct: { words: number; pairs: number };
  /** Mean similarity of a sample to the one most like it, of a seeded handful (Jaccard, of word triples). */
  selfSimilarity: number;
  /** How many percent of all samples so far repeated another one, as calls grow. */
  repeats: { calls: number; percent: number }[];
}

const OPENING_WORDS = 3;
const OPENINGS = 5;
const SAMPLE_SIZE = 100;
const POINTS = 12;
/** Ways to ask, the more special ones first, since nearly all ask "what" or "which". */
const ASKS: Record<string, RegExp> = {
  "what not to do": /\b(?:not|avoid|worse|worst|least|wrong|mistake|except)\b/i,
  "what comes first": /\b(?:first|initial|immediate\w*|priorit\w*|before)\b/i,
  "why, or what follows": /\b(?:why|reason\w*|because|consequence\w*|outcome|happens? if|suppose)\b/i,
  "what is missing": /\b(?:missing|information|assum\w*|need to know|weak point)\b/i,
  "what is best": /\b(?:best|most|better|appropriate|right|fair|should|fits?)\b/i,
};
const OTHERWISE = "otherwise";
const THEMES: Record<string, RegExp> = {
  "a child": /\b(?:child|children|kid|boy|girl|baby|toddler|teen\w*|pupil)\b/i,
  "an old person": /\b(?:old|elderly|grandmother|grandfather|senior)\b/i,
  "an animal": /\b(?:dog|cat|animal|bird|horse|pet)\b/i,
  "fire, water, falls": /\b(?:fire|smoke|flames?|burn\w*|drown\w*|water|flood|fall\w*|fell|stuck|trapped)\b/i,
  "illness or injury": /\b(?:ill|sick|hurt|injur\w*|bleed\w*|faint\w*|pain|fever|unconscious|choking)\b/i,
  "crime or wrong": /\b(?:rob\w*|steal\w*|stolen|theft|attack\w*|threat\w*|bully\w*|cheat\w*|litter\w*)\b/i,
  "a helping hand": /\b(?:carry|carrying|heavy|lost|help|assist\w*|struggl\w*)\b/i,
};

/** Describes samples and, of what was rejected with them, how much repeated others. */
export function describeSamples(samples: readonly Sample[], rejected: readonly Rejection[], seed: number): SampleStats {
  const lengths = samples.map(({ situation }) => wordsOf(situation).length).sort((a, b) => a - b);
  const quantile = (share: number) => lengths[Math.floor(share * (lengths.length - 1))] ?? 0;
  return {
    words: { low: quantile(0.25), median: quantile(0.5), high: quantile(0.75) },
    options: tally(samples.map(({ options }) => String(options.length))),
    questions: new Set(samples.map(({ question }) => plain(question))).size,
    asks: tally(samples.map(asksFor)),
    openings: openingsOf(samples),
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

const asksFor = ({ question }: Sample): string =>
  Object.entries(ASKS).find(([, pattern]) => pattern.test(question))?.[0] ?? OTHERWISE;

const wordsOf = (text: string) => plain(text).split(" ");

function openingsOf(samples: readonly Sample[]): SampleStats["openings"] {
  const counts = tally(samples.map(({ situation }) => wordsOf(situation).slice(0, OPENING_WORDS).join(" ")));
  const sorted = Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.slice(0, OPENINGS).map(([text, n]) => ({ text, samples: n }));
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
  const handful = createRandom("looks", seed).shuffle(sorted).slice(0, SAMPLE_SIZE);
  const scores = nearestScores(handful.map(toScreenable), samples.map(toScreenable));
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

function repeatsOf(samples: readonly Sample[], rejected: readonly Rejection[]): SampleStats["repeats"] {
  const callOf = (call: string) => Number(/\d+$/.exec(call)?.[0] ?? 0);
  const repeats = rejected.filter(({ reason }) => reason === "duplicate" || reason === "near duplicate");
  const [kept, gone] = [samples, repeats].map((some) => some.map(({ call }) => callOf(call)));
  const last = Math.max(0, ...kept!, ...gone!) + 1;
  return Array.from({ length: POINTS }, (_, i) => {
    const calls = Math.ceil((last * (i + 1)) / POINTS);
    const [stay, go] = [kept!, gone!].map((some) => some.filter((call) => call < calls).length) as [number, number];
    return { calls, percent: (100 * go) / Math.max(1, stay + go) };
  });
}
