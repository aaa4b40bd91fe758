import { optionList } from "./answer";
import { SAMPLES_PER_CHUNK, type SampleData, type SourceData, type TextData } from "./data";
import { h } from "./dom";
import { load } from "./load";
import { routeTo } from "./route";

type Source = TextData["sources"][number];

/** Shows a sample in full; of a rejected one why, and what it resembles. */
export async function sampleDetail(place: HTMLElement, source: Source, data: SourceData, index: number): Promise<void> {
  const sample = await sampleAt(source, index);
  const reason = data.reason[index]!;
  place.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, data.ids[index] || "Text that is no sample"),
      h(
        "span",
        { class: `chip ${reason === 0 ? "kept" : "rejected"}` },
        reason === 0 ? "kept" : `rejected: ${data.reasons[reason]}`,
      ),
    ),
    sampleHtml(sample),
  );
  const twin = await twinOf(source, data, sample);
  if (twin) place.append(twin);
  place.append(h("p", { class: "hint" }, `From the reply to ${sample.call}.`));
}

const sampleAt = async ({ file }: Source, index: number): Promise<SampleData> =>
  (await load(`samples-${file}-${Math.floor(index / SAMPLES_PER_CHUNK)}`))[index % SAMPLES_PER_CHUNK]!;

const sampleHtml = ({ situation, question, options, answer, rationale, raw }: SampleData): HTMLElement =>
  raw !== undefined
    ? h("pre", {}, raw)
    : h(
        "div",
        { class: "sample" },
        h("p", { class: "situation" }, situation),
        h("p", {}, question),
        optionList(options ?? [], answer),
        rationale !== "" && h("p", { class: "rationale" }, rationale),
      );

/** What a rejected sample resembles: an item of the benchmark, another sample, or a text. */
async function twinOf(
  source: Source,
  data: SourceData,
  { twin, twinFrom, score }: SampleData,
): Promise<HTMLElement | undefined> {
  if (twin === undefined) return undefined;
  const how = score === undefined ? "" : ` (similarity ${score.toFixed(2)})`;
  const item = /^item (\d+)$/.exec(twin)?.[1];
  const other = data.ids.indexOf(twin);
  const body = item
    ? await itemHtml(Number(item))
    : other >= 0
      ? sampleHtml(await sampleAt(source, other))
      : h("p", {}, twin);
  const link = item
    ? h("a", { href: routeTo(`item-${item}`) }, twin)
    : other >= 0
      ? h("a", { href: routeTo("samples", { source: source.id, show: "all", sample: other + 1 }) }, twin)
      : undefined;
  return h(
    "div",
    { class: "twin" },
    h("h3", {}, "It resembles ", link ?? "this text", twinFrom ? `, from ${twinFrom}` : "", how),
    body,
  );
}

async function itemHtml(number: number): Promise<HTMLElement> {
  const item = (await load("items")).items.find(({ n }) => n === number);
  if (!item) return h("p", {}, `item ${number}`);
  return sampleHtml({
    situation: item.situation || item.caption,
    question: "What should one do first?",
    options: item.options.map((text, i) => [item.letters[i]!, text]),
    answer: item.gold,
    rationale: item.reason,
    call: "",
  });
}
