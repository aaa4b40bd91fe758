import { contentsOf } from "../print/index";
import { loadPaper } from "../published/index";
import type { Study } from "../study/index";
import { sayNotThere, send } from "./display";

/** Shows a figure of `wov figures` that is a drawing, such as "figure1": as SVG, since there is nothing to zoom into. */
export async function showDrawing(study: Study, name: string): Promise<void> {
  const { figures } = contentsOf(study.results(), study.picture, loadPaper(study.root, study.profile), "runs");
  const found = figures.find((figure) => figure.name === name);
  if (found) send({ "image/svg+xml": await found.draw() });
  else sayNotThere(`the drawing '${name}'`);
}
