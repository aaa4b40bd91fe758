import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { MODEL_PIXELS, renderPng } from "../../lib/pocket/picture";
import { createRandom } from "../../lib/random";
import { pictureLines, textLines, trainingScenes, validationLines } from "./corpus";
import { iconKinds, tokenPhrases } from "./phrases";

/** How many lines of text, lists of five questions, pictures and validation items there are. */
export interface CorpusSize {
  lines: number;
  lists: number;
  pictures: number;
  validation: number;
}

/**
 * Writes the tiny models' training data: `phrases.json`, `icons.json`, `text.jsonl`, `pictures.jsonl` with
 * `pictures/*.png`, `validation.jsonl` with `validation/*.png`. The same seed gives the same bytes.
 */
export async function writeCorpus(folder: string, size: CorpusSize, seed: number): Promise<void> {
  for (const name of ["pictures", "validation"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "phrases.json"), JSON.stringify(tokenPhrases(), null, 1));
  writeFileSync(join(folder, "icons.json"), JSON.stringify(iconKinds(), null, 1));
  const random = createRandom("pocket", "corpus", seed);
  const draw = trainingScenes(seed, size.validation, random);
  await writeLines(join(folder, "text.jsonl"), textLines(draw, size, random));
  await writeLines(
    join(folder, "pictures.jsonl"),
    drawn(folder, "pictures", pictureLines(draw, size.pictures, random)),
  );
  const validation = validationLines(size.validation, seed);
  await writeLines(join(folder, "validation.jsonl"), drawn(folder, "validation", validation));
}

/** Renders each line's picture into `folder/kind/`, and replaces the SVG in the line by the file's name. */
function* drawn<T extends { svg: string }>(folder: string, kind: string, lines: Iterable<T>) {
  let n = 0;
  for (const { svg, ...line } of lines) {
    const image = `${kind}/${n++}.png`;
    writeFileSync(join(folder, image), renderPng(svg, MODEL_PIXELS));
    yield { image, ...line };
  }
}

async function writeLines(file: string, lines: Iterable<unknown>): Promise<void> {
  const out = createWriteStream(file);
  for (const line of lines) {
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, "drain");
  }
  out.end();
  await finished(out);
}
