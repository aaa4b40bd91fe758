import { join, resolve } from "node:path";
import { type AnnotatedOptions, annotatedBenchmark } from "./annotated";
import { localAnnotations, vivaAnnotations } from "./annotations";
import { type HubOptions, VIVA } from "./hub";
import type { ImageSource } from "./images";
import { fetchedPictures, folderPictures } from "./pictures";
import type { BenchmarkSource } from "./source";

/** Where VIVA comes from. Relative paths are relative to the project's folder. */
export interface VivaBenchmark extends AnnotatedOptions, Pick<HubOptions, "revision" | "hubUrl" | "tested"> {
  /** An annotation file to use instead of the one on the Hub. It need not be the one on which the kit was tested. */
  file?: string;
  /** A folder of pictures downloaded by hand; without it they are fetched from their addresses. */
  images?: string;
  /** From which addresses pictures may be fetched; from those of the public internet by default. */
  allowed?: ImageSource["allowed"];
}

const FILE_ADVICE =
  "Correct 'file' in the profile's benchmark, or leave it out: the file is then downloaded from the Hub";
const IMAGES_ADVICE =
  `Download the pictures from the authors' Drive folder, to which ${VIVA.page} links, and add its path to the ` +
  "profile's benchmark: 'images: FOLDER'";

/**
 * VIVA: its annotation file from the Hub, its pictures from their addresses, both kept in `data/viva` and obtained
 * during `prepare`; or either from this machine.
 */
export function vivaBenchmark(root: string, options: VivaBenchmark): BenchmarkSource {
  const { revision, hubUrl, tested, file, images, allowed, ...how } = options;
  return annotatedBenchmark({
    source: "viva",
    name: "viva",
    annotations: file
      ? localAnnotations(resolve(root, file), FILE_ADVICE)
      : vivaAnnotations(root, { revision, hubUrl, tested }),
    pictures: images
      ? folderPictures(resolve(root, images), IMAGES_ADVICE)
      : fetchedPictures(join(root, VIVA.folder, "images"), allowed, IMAGES_ADVICE),
    ...how,
  });
}
