import { existsSync } from "node:fs";
import { type Item, loadBenchmark } from "../benchmark/index";
import { renderQuestions } from "../prompts/index";
import { isChecked, type SourceReport, type Study } from "../study/index";
import { seedSamples } from "../synthesis/index";

/** How a benchmark's file is read, besides its place. */
export const readOptions = ({ context }: Study) => ({ asPublished: context.benchmark.asPublished });

/** The file of a study's benchmark: prepared, or as it was downloaded; undefined if neither is on this machine. */
export const findBenchmark = ({ benchmark, context }: Study): string | undefined =>
  [benchmark, context.benchmark.expected().file].find((file) => file !== undefined && existsSync(file));

/** How to get the file of a study's benchmark. */
export const howToGet = ({ profile }: Study): string =>
  profile.benchmark.kind === "viva" ? "`npx wov viva` downloads VIVA's questions" : "the study's first step makes it";

/** The items of a study's benchmark, as far as its file is on this machine. */
export function benchmarkItems(study: Study): Item[] {
  const file = findBenchmark(study);
  return file ? loadBenchmark(file, undefined, readOptions(study)).slice(0, study.profile.benchmark.items) : [];
}

/** An item for an example, or a seed question in its place. */
export interface ExampleItem extends Pick<Item, "index" | "situation" | "options"> {
  /** What language models read about it. */
  text: string;
  /** "item 5, with the caption generated for it" */
  what: string;
}

/** The last seed questions stand in for a reply where no source has written one yet; the others stand in for items. */
const IN_REPLY = 2;

/** The benchmark's items as examples; while there are none, seed questions in their place. */
export function exampleItems(study: Study): ExampleItem[] {
  const { captions } = study.results();
  const items = benchmarkItems(study).map((item): ExampleItem => {
    const caption = captions.get(item.index);
    const what = caption ? "the caption generated for it" : "its own sentence, as no caption is there yet";
    return { ...item, text: caption ?? item.situation, what: `item ${item.index}, with ${what}` };
  });
  if (items.length > 0) return items;
  const what = "a seed question, as no item is there yet";
  const seeds = seedSamples(study.context.benchmark.seeds());
  const others = seeds.length > IN_REPLY ? seeds.slice(0, -IN_REPLY) : seeds;
  return others.map(({ situation, options }, i) => ({ index: i + 1, situation, options, text: situation, what }));
}

/** The example of a number; the first, if there is none of that number. */
export function exampleItem(study: Study, number: number): ExampleItem {
  const all = exampleItems(study);
  return all.find(({ index }) => index === number) ?? all[0]!;
}

/** What an example needs of a source. */
export type ExampleSource = Pick<SourceReport, "source" | "label" | "replies" | "kept" | "rejected">;

/** A source, or else the last one that wrote replies; while it is not there, seed questions in place of its text. */
export function exampleSource(study: Study, id?: string): ExampleSource {
  const isIt = (report: SourceReport) =>
    id ? report.source === id : Object.keys(report.replies).length > 0 && !isChecked(report);
  return (
    study.results().sources.filter(isIt).at(-1) ?? {
      source: "seeds",
      label: "Not there yet: what the source wrote. In its place, seed questions",
      replies: { "": renderQuestions(study.context.benchmark.seeds().slice(-IN_REPLY)) },
      kept: seedSamples(study.context.benchmark.seeds()).slice(-IN_REPLY),
      rejected: [],
    }
  );
}
