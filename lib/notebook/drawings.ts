import { contentsOf, toPng } from "../print/index";
import { loadPaper } from "../published/index";
import type { Study } from "../study/index";
import { sayNotThere, send } from "./display";

/**
 * Shows a figure of `wov figures` that is a drawing, such as "figure1": as SVG, since there is nothing to zoom into, and as
 * PNG for JupyterLab, which shows no SVG of a notebook that was executed elsewhere.
 */
export async function showDrawing(study: Study, name: string): Promise<void> {
  const { figures } = contentsOf(study.results(), study.picture, loadPaper(study.root, study.profile), "runs");
  const found = figures.find((figure) => figure.name === name);
  if (!found) return sayNotThere(`the drawing '${name}'`);
  const svg = await found.draw();
  send({ "image/svg+xml": svg, "image/png": (await toPng(svg, found.title)).toString("base64") });
}
