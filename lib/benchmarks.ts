import { type BenchmarkSource, type FileBenchmark, fileBenchmark } from "./benchmark/index";
import { pocketBenchmark } from "./pocket/index";
import type { Profile } from "./study/profile";
import { loadSeeds } from "./synthesis/index";

/** Opens the benchmark of a profile. No other function knows every kind of benchmark. */
export function openBenchmark(root: string, { benchmark, seed }: Pick<Profile, "benchmark" | "seed">): BenchmarkSource {
  if (benchmark.kind === "pocket") return pocketBenchmark({ items: benchmark.items, seed });
  const { file, images, items, as_published: asPublished } = benchmark;
  return openFileBenchmark(root, { file, images, items, asPublished });
}

/** A benchmark that is a file, with the kit's seed questions. */
export const openFileBenchmark = (root: string, options: Omit<FileBenchmark, "seeds">): BenchmarkSource =>
  fileBenchmark(root, { ...options, seeds: () => loadSeeds(root).map(({ written }) => written) });
