import { type BenchmarkSource, type Item, loadBenchmark } from "../benchmark/index";
import { type Sample, seedSamples } from "../synthesis/index";
import { type Picture, readItems, readPictures } from "./benchmark-step";
import { readCaptions } from "./captions";
import type { Context } from "./context";
import { samplesOf } from "./sample-files";
import type { Step } from "./step";

/** What steps read from the steps before them. */
export interface Inputs {
  items(benchmark: Step): Item[];
  /** The pictures that are there, by item index. */
  pictures(benchmark: Step): Map<number, Picture>;
  /** By item index. */
  captions(captions: Step): Map<number, string>;
  /** The samples of a training set. */
  samples(samples: Step, size: number): Sample[];
  /** All samples of a source. @param expected how many there will be */
  kept(samples: Step, expected: number): Sample[];
}

/** The results of steps that are done. */
export const storedInputs = (root: string): Inputs => ({
  items: (benchmark) => readItems(root, benchmark),
  pictures: readPictures,
  captions: readCaptions,
  samples: (samples, size) => samplesOf(root, samples, size),
  kept: ({ run }) => run.records<Sample>(),
});

/** The length of VIVA's texts in characters, as counted in its file: the mean over items, and over options. */
const VIVA = { situation: 77, option: 69 };

/**
 * The same, with typical texts in place of what is not there yet, so that it is known before a study runs what it will
 * ask and train. Items are those of the benchmark's file if it is here. Samples are as long as the seed questions, and
 * captions as long as the benchmark's own sentences.
 *
 * @param limit only the first items, this many, and as many samples
 */
export function assumedInputs(context: Context, limit = Number.POSITIVE_INFINITY): Inputs {
  const { root, benchmark: source } = context;
  const stored = storedInputs(root);
  const isDone = ({ run }: Step) => run.state() === "done";
  const seeds = seedSamples(source.seeds());
  let expected: Item[] | undefined;
  const items = (benchmark: Step): Item[] => {
    expected ??= isDone(benchmark) ? stored.items(benchmark) : expectedItems(source);
    return expected.slice(0, limit);
  };
  const pictures = (benchmark: Step): Map<number, Picture> => {
    if (isDone(benchmark)) return new Map([...stored.pictures(benchmark)].slice(0, limit));
    const shown = items(benchmark).slice(0, source.expected().pictures);
    return new Map(shown.map(({ index, image }) => [index, { index, path: image, sha256: "" }]));
  };
  const assumed = (samples: Step, count: number): Sample[] =>
    Array.from({ length: Math.min(count, limit, MAX_ASSUMED) }, (_, i) => ({
      ...seeds[i % seeds.length]!,
      id: `assumed-${i}`,
      source: samples.name,
      call: "",
    }));
  return {
    items,
    pictures,
    captions: (captions) => {
      const written = captions.run.state() === "damaged" ? new Map<number, string>() : stored.captions(captions);
      const benchmark = captions.needs[0]!;
      const situations = new Map(items(benchmark).map(({ index, situation }) => [index, situation]));
      // Captions of different pictures differ, even where the benchmark repeats its own sentences.
      const typical = (index: number) => `${situations.get(index) || filler(VIVA.situation)} ${index}`;
      return new Map([...pictures(benchmark).keys()].map((index) => [index, written.get(index) ?? typical(index)]));
    },
    samples: (samples, size) =>
      isDone(samples) ? stored.samples(samples, size).slice(0, limit) : assumed(samples, size),
    kept: (samples, expected) =>
      isDone(samples) ? stored.kept(samples, expected).slice(0, limit) : assumed(samples, expected),
  };
}

/** Samples that are assumed of a set: enough, since they repeat the seed questions. */
const MAX_ASSUMED = 100;

function expectedItems(source: BenchmarkSource): Item[] {
  const { items, file } = source.expected();
  if (file) return loadBenchmark(file, undefined, { asPublished: source.asPublished }).slice(0, items);
  const typical = source.rules ? seedSamples(source.seeds()) : [TYPICAL_ITEM]; // a drawn world's seed questions are like its items
  return Array.from({ length: items }, (_, i): Item => {
    const { situation, options } = typical[i % typical.length]!;
    return { index: i + 1, image: `${i + 1}.jpg`, gold: "A", category: "", situation, options };
  });
}

const TYPICAL_ITEM = {
  situation: filler(VIVA.situation),
  options: Array.from("ABCDE", (letter) => ({ letter, text: filler(VIVA.option) })),
};

/** English words of a given length in characters. */
function filler(length: number): string {
  return "someone near the water needs help from those who stand by ".repeat(9).slice(0, length);
}
