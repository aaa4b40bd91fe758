import type { Study } from "../study/index";
import type { Sample } from "../synthesis/index";

/** A sample as a row of a data frame: each row has the same columns in the same order. */
export interface SampleRow {
  id: string;
  situation: string;
  /** Words of the situation. */
  words: number;
  /** The option that the source calls right, and its first word, such as "Use". */
  option: string;
  action: string;
  /** 100 if this is right by the rules of the benchmark's world, 0 if not; null where no rule says so. */
  right: number | null;
}

/** The samples of a source that were kept, as rows of a table; none while they are not there. */
export function sampleRows({ layout, context: { benchmark } }: Study, source: string): SampleRow[] {
  const run = layout.sources[source]?.samples.run;
  if (run?.state() !== "done") return [];
  return run.records<Sample>().map(({ id, situation, options, answer }) => {
    const option = options.find(({ letter }) => letter === answer)!.text;
    const right = benchmark.rightLetter?.(situation, options);
    return {
      id,
      situation,
      words: situation.split(/\s+/).length,
      option,
      action: option.split(" ")[0]!,
      right: right === undefined ? null : 100 * Number(right === answer),
    };
  });
}
