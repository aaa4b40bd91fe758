import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawItems, MODEL_PIXELS, renderPng } from "../../lib/pocket/index";
import { projectRoot } from "../../lib/root";
import type { Step, WorkContext } from "../../lib/study/step";

const here = projectRoot();

/** A project without runs and without VIVA's file; programs and data are links to this one's. */
export function makeScratch(): string {
  const root = mkdtempSync(join(tmpdir(), "wov-scratch-"));
  for (const shared of ["package.json", "lib", "remote", ".venv"]) symlinkSync(join(here, shared), join(root, shared));
  mkdirSync(join(root, "data"));
  for (const name of readdirSync(join(here, "data")))
    if (name !== "viva") symlinkSync(join(here, "data", name), join(root, "data", name));
  return root;
}

/** Draws a benchmark into a project: `bench.json`, and its pictures in `pictures/`. */
export function drawBenchmark(root: string, count: number) {
  const drawn = drawItems("validation", count, 7);
  mkdirSync(join(root, "pictures"), { recursive: true });
  for (const { row, picture } of drawn)
    writeFileSync(join(root, "pictures", row.image_file), renderPng(picture.svg, MODEL_PIXELS));
  writeFileSync(join(root, "bench.json"), JSON.stringify(drawn.map(({ row }) => row)));
  return drawn;
}

/** What a step may use where nobody stops it or looks on. */
export const alone = (): WorkContext => ({ signal: new AbortController().signal, onProgress: () => {} });

/** Finishes a step's run by hand, as if its work were done. */
export function finishByHand({ run }: Step, leave: () => void = () => {}): void {
  const release = run.lock();
  try {
    run.begin();
    leave();
    run.finish({ counts: { done: 1 } });
  } finally {
    release();
  }
}
