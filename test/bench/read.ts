import { readers } from "../../lib/answers/index";
import type { Option } from "../../lib/benchmark/index";
import { createRandom } from "../../lib/random";

/** How long a scorer takes to read a reply. */
export interface ReadingTimes {
  scorer: keyof typeof readers;
  replies: number;
  medianMs: number;
  maxMs: number;
  /** The longest of the replies, in characters. */
  longest: number;
}

const options: Option[] = ["Dive in.", "Throw the life ring.", "Call for help.", "Look on.", "Take no action."].map(
  (text, i) => ({ letter: "ABCDE"[i]!, text }),
);
const COMMON = [
  "B",
  "B.",
  "(B)",
  "**B**",
  "B. Throw the life ring.",
  "The answer is **B**.",
  "<think>A is risky.</think>\nB",
  "Throw the life ring.",
  "I'm sorry, but I can't assist with this request.",
  "Either A or C would do.",
]; // prettier-ignore
const PIECES = [..."ABCDEXYZ.:)(*\n $", "answer ", "Answer: ", "option ", "<answer>", "</think>", "名", '{"', "not "];
const MEGABYTE = 1_000_000;

/** Reads common, malformed and huge replies with each scorer, in one run. */
export function benchReading(replies = 10_000): ReadingTimes[] {
  const random = createRandom("bench read");
  const malformed = Array.from({ length: replies }, () =>
    Array.from({ length: random.int(200) }, () => random.pick(PIECES)).join(""),
  );
  const huge = PIECES.map((piece) => piece.repeat(MEGABYTE / piece.length));
  const common = Array.from({ length: replies }, () => random.pick(COMMON));
  const all = random.shuffle([...common, ...malformed, ...huge]);
  return (Object.keys(readers) as (keyof typeof readers)[]).map((scorer) => {
    for (const reply of COMMON) readers[scorer](reply, options);
    const times = all.map((reply) => {
      const before = performance.now();
      readers[scorer](reply, options);
      return performance.now() - before;
    });
    times.sort((a, b) => a - b);
    const at = (share: number) => Number(times[Math.floor(share * (times.length - 1))]!.toFixed(4));
    return { scorer, replies: all.length, medianMs: at(0.5), maxMs: at(1), longest: MEGABYTE };
  });
}
