import { type BenchmarkSource, fileBenchmark } from "./benchmark/index";
import { pocketBenchmark } from "./pocket/index";
import type { Profile } from "./study/profile";
import { loadSeeds } from "./synthesis/index";

/** Opens the benchmark of a profile. No other function knows every kind of benchmark. */
export function openBenchmark(root: string, { benchmark, seed }: Pick<Profile, "benchmark" | "seed">): BenchmarkSource {
  if (benchmark.kind === "pocket") return pocketBenchmark({ items: benchmark.items, seed });
  const { file, images, items, as_published: asPublished } = benchmark;
  const seeds = () => loadSeeds(root).map(({ written }) => written);
  return fileBenchmark(root, { file, images, items, asPublished, seeds });
}
