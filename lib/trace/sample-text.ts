import { counted } from "../count";
import type { SampleFate, Study, TracedSample } from "../study/index";
import { labelled, listed, sentence, verbatim } from "./lines";

/** A sample for a terminal: who wrote it when shown what, the reply as it came, and what became of the sample. */
export function sampleText(
  { context }: Pick<Study, "context">,
  { id, call, replies, shown, reply, fates }: TracedSample,
) {
  const kept = fates.find((fate) => fate.kept)?.kept;
  const seeds = context.benchmark.seeds();
  return [
    id,
    ...labelled("from", replies ? `${call} in runs/${replies}` : `row ${call} of a dataset`),
    ...(shown
      ? labelled(
          "shown",
          `${counted(shown.length, "seed question")}, in this order: ${shown.map((n) => n + 1).join(", ")}`,
        )
      : []),
    ...(shown?.[0] === undefined ? [] : labelled("", `the first was: “${seeds[shown[0]]?.situation}”`)),
    "",
    ...fates.flatMap(fateLines),
    ...(kept
      ? [
          "The sample as models are trained on it",
          ...sentence(`${kept.situation} ${kept.question}`, "  "),
          ...kept.options.flatMap(({ letter, text }) =>
            sentence(`${letter}. ${text}${letter === kept.answer ? " ← labelled right" : ""}`, "  "),
          ),
          ...sentence(`Rationale: ${kept.rationale}`, "  "),
          "",
        ]
      : []),
    ...(reply === undefined ? [] : ["The whole reply, as it came", ...verbatim(reply, "  "), ""]),
  ];
}

function fateLines({ source, run, kept, rejected, sizes, validation, cells }: SampleFate): string[] {
  const sets = [
    ...(sizes.length > 0 ? [`in the training ${sizes.length > 1 ? "sets" : "set"} of ${listed(sizes)}`] : []),
    ...(validation ? ["kept for validation"] : []),
  ];
  const like = rejected?.twin ? `, like ${rejected.twin}${rejected.twinFrom ? ` (${rejected.twinFrom})` : ""}` : "";
  return [
    ...sentence(
      `Source ${source}: ${kept ? sets.join(", ") || "kept, in no set" : `rejected (${rejected?.reason}${like})`}`,
    ),
    ...labelled("run", run),
    ...cells.map((cell, i) => `  ${(i === 0 ? "trained" : "").padEnd(12)}${cell}`),
    "",
  ];
}
