import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchmarkSource } from "../benchmark/index";
import { sha256 } from "../store/index";
import { drawItems } from "./items";
import { MODEL_PIXELS, renderPng } from "./picture";
import { rightLetter } from "./read-scene";
import { seedQuestions } from "./seeds";
import { startTeacher } from "./teacher";

/** Version of the world: change it when the same seed draws other items. */
const WORLD = 1;

/** The pocket world's test scenes as a benchmark. */
export function pocketBenchmark({ items, seed }: { items: number; seed: number }): BenchmarkSource {
  let drawn: ReturnType<typeof drawItems> | undefined;
  const draw = () => {
    drawn ??= drawItems("test", items, seed);
    return drawn;
  };
  const svgOf = (index: number) => draw()[index - 1]?.picture.svg;
  return {
    name: `pocket-${items}`,
    spec: () => ({ world: WORLD, items, seed, pixels: MODEL_PIXELS }),
    expected: () => ({ items, pictures: items, picture: { width: MODEL_PIXELS, height: MODEL_PIXELS } }),
    prepare: async ({ root, folder, path, onProgress }) => {
      mkdirSync(join(folder, "images"), { recursive: true });
      const all = draw();
      const rows = all.map(({ row }) => row);
      writeFileSync(join(folder, "benchmark.json"), JSON.stringify(rows, null, 1));
      return all.map(({ row, picture }, i) => {
        const png = renderPng(picture.svg, MODEL_PIXELS);
        const file = path(`images/${row.image_file}`);
        writeFileSync(join(root, file), png);
        onProgress?.(i + 1, all.length);
        return { index: row.index, path: file, sha256: sha256(png) };
      });
    },
    seeds: seedQuestions,
    // The picture is drawn again, since only the size that models see is stored.
    picture: Object.assign(
      async (index: number, pixels: number) => {
        const svg = svgOf(index);
        return svg === undefined ? undefined : renderPng(svg, pixels);
      },
      { svg: svgOf },
    ),
    rules: { name: "pocket-teacher-1", start: startTeacher },
    rightLetter,
  };
}
