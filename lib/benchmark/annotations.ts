import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { WovError } from "../errors";
import { sha256 } from "../store/index";
import { downloadViva, type HubOptions, VIVA } from "./hub";
import { loadBenchmark, readBytes } from "./load";

/** A benchmark's annotation file: on this machine, or to be downloaded. */
export interface Annotations {
  /** Absolute. */
  file: string;
  /** SHA-256 of the file; of one to be downloaded, it is known before. */
  sha256(): string;
  /** The name of each item's picture, in the items' order; also known before. */
  pictureNames(): string[];
  /** Downloads the file if it is not there. */
  obtain(signal?: AbortSignal): Promise<void>;
}

/**
 * An annotation file on this machine.
 *
 * @param advice what to do if it is not there, as a sentence
 */
export function localAnnotations(file: string, advice: string): Annotations {
  const demandFile = () => {
    if (!existsSync(file)) throw new WovError(`${file}: there is no such file. ${advice}`, 2);
  };
  return {
    file,
    sha256: () => {
      demandFile();
      return sha256(readBytes(file));
    },
    pictureNames: () => {
      demandFile();
      return loadBenchmark(file).map(({ image }) => basename(image));
    },
    obtain: async () => demandFile(),
  };
}

/** VIVA's annotation file in the project's folder, downloaded from the Hub. Only the pinned file is accepted. */
export function vivaAnnotations(root: string, hub: Omit<HubOptions, "signal"> = {}): Annotations {
  const { tested = VIVA.sha256 } = hub;
  const path = `${VIVA.folder}/${VIVA.path}`;
  return {
    file: join(root, path),
    sha256: () => tested,
    pictureNames: () => Array.from({ length: VIVA.items }, (_, i) => VIVA.pictureName(i + 1)),
    obtain: async (signal) => {
      const { file, sha256: got, asTested } = await downloadViva(join(root, VIVA.folder), { ...hub, signal });
      if (asTested) return;
      throw new WovError(
        `${file} is not the file on which this kit was tested: its SHA-256 is ${got}, expected ${tested}. Delete it ` +
          `and run this again to download it anew, or, to use this file all the same, add 'file: ${path}' to the ` +
          "profile's benchmark",
        2,
      );
    },
  };
}
