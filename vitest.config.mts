import { defineConfig } from "vitest/config";

// quick: seconds, for daily work. whole: the pocket study, the zoo in miniature, the notebooks in their kernel.
export default defineConfig({
  test: {
    projects: [
      { test: { name: "quick", include: ["test/**/*.test.ts"], exclude: ["test/whole/**"] } },
      {
        test: {
          name: "whole",
          include: ["test/whole/*.test.ts"],
          testTimeout: 20 * 60_000,
          hookTimeout: 20 * 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
