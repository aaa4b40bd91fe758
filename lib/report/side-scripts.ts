import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results, SourceText } from "../study/index";
import {
  type ItemsData,
  REPLIES_PER_CHUNK,
  type RepliesData,
  SAMPLES_PER_CHUNK,
  type SampleData,
  type SideScripts,
  type SourceData,
  type SystemsData,
  type TextData,
} from "./browser/data";
import type { Reasons } from "./numbers";

/** How much of what could not be read as a sample stands in a source's overview, in characters. */
const MAX_START = 200;

/** Writes a side script into `data/`, from which the page reads items, replies and samples as they are needed. */
export type WriteData = <Name extends keyof SideScripts>(name: Name, value: SideScripts[Name]) => void;

/** Empties the folder of the side scripts. */
export function emptyData(folder: string): WriteData {
  const data = join(folder, "data");
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  return (name, value) =>
    writeFileSync(join(data, `${name}.js`), `wovData(${JSON.stringify(name)},${JSON.stringify(value)});\n`);
}

/** Writes the items and the systems. @param pictures names of files, by the numbers of the items */
export function writeItems(
  write: WriteData,
  results: Results,
  systems: SystemsData,
  pictures: ReadonlyMap<number, string>,
): void {
  write("systems", systems);
  write("items", itemsData(results, pictures));
}

function itemsData({ items, captions }: Results, pictures: ReadonlyMap<number, string>): ItemsData {
  const categories = [...new Set(items.map(({ category }) => category))];
  return {
    categories,
    items: items.map(({ index, gold, category, options, situation, reason }) => ({
      n: index,
      gold,
      category: categories.indexOf(category),
      letters: options.map(({ letter }) => letter).join(""),
      options: options.map(({ text }) => text),
      caption: captions.get(index) ?? "",
      situation,
      reason: reason ?? "",
      picture: pictures.get(index) ?? "",
    })),
  };
}

/** Replies may be long, so they are divided by item: only those of items that are opened are loaded. */
export function writeReplies(write: WriteData, results: Results): void {
  const { items, cells } = results;
  const replies = cells.filter((cell) => results.get(cell)).map((cell) => results.replies(cell));
  for (let from = 0; from < items.length; from += REPLIES_PER_CHUNK) {
    const some = items.slice(from, from + REPLIES_PER_CHUNK);
    const chunk: RepliesData = replies.map((texts) => some.map(({ index }) => texts.get(index) ?? null));
    write(`replies-${from / REPLIES_PER_CHUNK}`, chunk);
  }
}

/**
 * Writes the samples of all sources.
 *
 * @returns by source, "kept" and the reasons for which its samples were rejected
 */
export function writeText(write: WriteData, results: Results): Reasons {
  const reasons = new Map<string, string[]>();
  const sources: TextData["sources"] = [];
  for (const { source, label } of results.sources) {
    const text = results.text(source);
    if (!text) continue;
    const file = String(sources.length);
    const all = [...text.kept.map(keptData), ...text.rejected.map(rejectedData)];
    const summary = overview(text, all);
    write(`source-${file}`, summary);
    reasons.set(source, summary.reasons);
    for (let from = 0; from < all.length; from += SAMPLES_PER_CHUNK)
      write(`samples-${file}-${from / SAMPLES_PER_CHUNK}`, all.slice(from, from + SAMPLES_PER_CHUNK));
    sources.push({ id: source, label, kept: text.kept.length, rejected: text.rejected.length, file });
  }
  write("text", { sources });
  return reasons;
}

function overview({ kept, rejected }: SourceText, all: readonly SampleData[]): SourceData {
  const reasons = ["kept", ...new Set(rejected.map(({ reason }) => reason))];
  return {
    ids: [...kept.map(({ id }) => id), ...rejected.map(({ sample }) => sample?.id ?? "")],
    reason: [...kept.map(() => 0), ...rejected.map(({ reason }) => reasons.indexOf(reason, 1))],
    reasons,
    answers: all.map(({ answer }) => answer ?? ""),
    texts: all.map(({ situation, raw }) => situation ?? raw?.slice(0, MAX_START) ?? ""),
  };
}

type Kept = SourceText["kept"][number];

const keptData = ({ situation, question, options, answer, rationale, call }: Kept): SampleData => ({
  situation,
  question,
  options: options.map(({ letter, text }) => [letter, text]),
  answer,
  rationale,
  call,
});

const rejectedData = ({ sample, what, call, twin, twinFrom, score }: SourceText["rejected"][number]): SampleData => ({
  ...(sample ? keptData(sample) : { raw: what, call }),
  twin,
  twinFrom,
  score,
});
