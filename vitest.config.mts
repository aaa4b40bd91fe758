import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, in this order; they start first, so that the others fill the time beside them. */
const FIRST = ["pocket.test.ts", "rehearsal.test.ts", "runtimes.test.ts"];
const place = ({ moduleId }: TestSpecification) => {
  const at = FIRST.findIndex((name) => moduleId.endsWith(`whole/${name}`));
  return at < 0 ? FIRST.length : at;
};
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

// quick: for daily work. whole: the pocket study, part of the rehearsal of the paper's, the tiny models, the notebooks.
// long: all of the rehearsal, and studies on Ray and Slurm; not part of `npm test`.
export default defineConfig({
  test: {
    // The tests of runtimes wait most of the time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: ["test/whole/**", "test/long/**"],
          // Tests of commands start processes, which take long on a busy machine.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "whole",
          include: ["test/whole/*.test.ts"],
          testTimeout: 40 * 60_000,
          hookTimeout: 40 * 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "long",
          include: ["test/long/*.test.ts"],
          testTimeout: 40 * 60_000,
          hookTimeout: 40 * 60_000,
        },
      },
    ],
  },
});
