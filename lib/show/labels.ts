import type { Results, Share, SourceReport } from "../study/index";

const percentOf = ({ samples, holds }: Share): string => `${((100 * holds) / samples).toFixed(0)} %`;

/**
 * How many of each source's answers are right by the rules of the benchmark's world, beside how many it gives again when
 * it is asked again; "" where there are no rules.
 */
export function labelsText({ sources }: Results): string {
  const said = sources.flatMap(({ label, labels, agreement }: SourceReport) =>
    labels && labels.samples > 0
      ? [`${label}: ${percentOf(labels)}${agreement ? ` (${percentOf(agreement)} given again)` : ""}`]
      : [],
  );
  return said.length > 0 ? `Answers that are right by the world's rules. ${said.join("; ")}.` : "";
}
