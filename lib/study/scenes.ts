import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Item, loadBenchmark } from "../benchmark/index";
import { WovError } from "../errors";
import { drawItems, MODEL_PIXELS, renderPng } from "../pocket/index";
import { openRun, sha256 } from "../store/index";
import type { Profile } from "./profile";
import type { Picture } from "./requests";
import type { Step } from "./step";

/** The step that draws the pocket benchmark: a file in VIVA's format, and its pictures. */
export function scenesStep(root: string, profile: Profile): Step {
  const spec = { world: 1, items: profile.benchmark.items, seed: profile.seed, pixels: MODEL_PIXELS };
  const run = openRun(root, { step: "scenes", name: profile.name, spec, parents: [] });
  const inRoot = (file: string) => join(root, run.path(file));
  return {
    name: "draw the scenes",
    group: "pilot",
    run,
    needs: [],
    work: {
      kind: "here",
      do: async () => {
        const drawn = drawItems("test", profile.benchmark.items, profile.seed);
        mkdirSync(inRoot("images"), { recursive: true });
        const pictures = drawn.map(({ row, picture }): Picture => {
          const png = renderPng(picture.svg, MODEL_PIXELS);
          const path = join(run.path("images"), row.image_file);
          writeFileSync(join(root, path), png);
          return { index: row.index, path, sha256: sha256(png) };
        });
        writeFileSync(
          inRoot("benchmark.json"),
          JSON.stringify(
            drawn.map((d) => d.row),
            null,
            1,
          ),
        );
        // A drawing that was cut off starts anew; its records were written last, all at once.
        if (run.records().length === 0) run.append(pictures);
        return { counts: { items: drawn.length } };
      },
    },
  };
}

/** The file that the scenes step drew, in VIVA's format. */
export const benchmarkFile = (root: string, scenes: Step): string => join(root, scenes.run.path("benchmark.json"));

/** Its items, read as any benchmark's are. */
export const readItems = (root: string, scenes: Step): Item[] =>
  loadBenchmark(benchmarkFile(root, scenes), scenes.run.path("images"));

/** Their pictures, by item index. */
export const readPictures = (scenes: Step): Map<number, Picture> =>
  new Map(scenes.run.records<Picture>().map((picture) => [picture.index, picture]));

/** An item's picture at a size for people; it is drawn again, since only what the models see is kept. */
export function largePicture(profile: Profile, index: number, pixels: number): Buffer {
  const drawn = drawItems("test", profile.benchmark.items, profile.seed)[index - 1];
  if (!drawn)
    throw new WovError(
      `there is no item ${index}: the profile '${profile.name}' has 1 to ${profile.benchmark.items}`,
      2,
    );
  return renderPng(drawn.picture.svg, pixels);
}
