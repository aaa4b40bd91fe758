import { type BenchmarkSource, fileBenchmark } from "./benchmark/index";
import { pocketBenchmark } from "./pocket/index";
import type { Profile } from "./study/profile";
import { loadSeeds } from "./synthesis/index";

/** The benchmark that a profile names: the one place that knows every kind. */
export function openBenchmark(root: string, { benchmark, seed }: Pick<Profile, "benchmark" | "seed">): BenchmarkSource {
  if (benchmark.kind === "pocket") return pocketBenchmark({ items: benchmark.items, seed });
  const { file, images, items, as_published: asPublished } = benchmark;
  const seeds = () => loadSeeds(root).map(({ written }) => written);
  return fileBenchmark(root, { file, images, items, asPublished, seeds });
}
