import { basename, resolve } from "node:path";
import { type AnnotatedOptions, annotatedBenchmark } from "./annotated";
import { localAnnotations } from "./annotations";
import { folderPictures } from "./pictures";
import type { BenchmarkSource } from "./source";

export interface FileBenchmark extends AnnotatedOptions {
  /** A benchmark in VIVA's format; relative paths are relative to the project's folder. */
  file: string;
  /** The folder of its pictures. */
  images?: string;
  /** Refuses a folder that is missing or has none of the pictures; some tasks need no picture. */
  needsPictures?: boolean;
}

/** A benchmark from a file and a folder of pictures. The pictures are not copied. */
export function fileBenchmark(root: string, options: FileBenchmark): BenchmarkSource {
  const { file, images = "images", needsPictures, ...how } = options;
  return annotatedBenchmark({
    source: "file",
    name: basename(file, ".json").replace(/[^A-Za-z0-9.]+/g, "-"),
    annotations: localAnnotations(resolve(root, file), "Give the path of a file in VIVA's format"),
    pictures: folderPictures(
      resolve(root, images),
      needsPictures ? "Give the folder that holds the pictures, named as image_file in the benchmark" : undefined,
    ),
    ...how,
  });
}
