import { resolve } from "node:path";
import { type BenchmarkSource, type FileBenchmark, fileBenchmark, vivaBenchmark } from "./benchmark/index";
import { pocketBenchmark } from "./pocket/index";
import type { Profile } from "./study/profile";
import { loadSeeds } from "./synthesis/index";

/** Opens the benchmark of a profile. No other function knows every kind of benchmark. */
export function openBenchmark(root: string, profile: Profile): BenchmarkSource {
  const source = openSource(root, profile);
  const { seeds } = profile.synthesis;
  return seeds === undefined ? source : { ...source, seeds: readSeeds(root, resolve(root, seeds)) };
}

function openSource(root: string, { benchmark, seed }: Profile): BenchmarkSource {
  if (benchmark.kind === "pocket") return pocketBenchmark({ items: benchmark.items, seed });
  const { images, items, as_published: asPublished } = benchmark;
  const how = { images, items, asPublished };
  if (benchmark.kind === "file") return openFileBenchmark(root, { file: benchmark.file, ...how });
  const { file, revision } = benchmark;
  return vivaBenchmark(root, { file, revision, ...how, seeds: readSeeds(root) });
}

/** A benchmark that is a file, with the kit's seed questions. */
export const openFileBenchmark = (root: string, options: Omit<FileBenchmark, "seeds">): BenchmarkSource =>
  fileBenchmark(root, { ...options, seeds: readSeeds(root) });

/** Seed questions of a file; by default the kit's ten. */
const readSeeds = (root: string, file?: string) => () => loadSeeds(root, file).map(({ written }) => written);
