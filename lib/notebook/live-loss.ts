import { type Figure, toPlotly, toSvg } from "../show/index";
import type { Step, StudyEvent } from "../study/index";
import { displayId, send } from "./display";

/** How often the figure is drawn again, in milliseconds. */
const INTERVAL_MS = 2000;
/** Trainings that it shows; the newest, where there are more. */
const MAX_LINES = 6;

/** A figure of the losses of the trainings that run, updated in place; nothing is shown before there is a loss. */
export function liveLoss(): { onEvent(event: StudyEvent): void; end(): Promise<void> } {
  const id = displayId();
  const curves = new Map<Step, { x: number; y: number }[]>();
  let drawn = 0;
  let isShown = false;
  let drawing: Promise<void> = Promise.resolve();
  const draw = async (isLast: boolean) => {
    const figure = figureOf(curves);
    // JupyterLab does not draw a plotly figure again when it changes, so there is only one in the end.
    const plotly = isLast ? { "application/vnd.plotly.v1+json": toPlotly(figure) } : {};
    send({ ...plotly, "image/svg+xml": await toSvg(figure) }, { id, update: isShown });
    isShown = true;
  };
  return {
    onEvent(event) {
      if (event.event !== "progress" || event.loss === undefined) return;
      const curve = curves.get(event.step) ?? [];
      curves.set(event.step, [...curve, { x: event.done, y: event.loss }]);
      if (Date.now() - drawn < INTERVAL_MS) return;
      drawn = Date.now();
      drawing = drawing.then(() => draw(false));
    },
    async end() {
      await drawing;
      if (curves.size > 0) await draw(true);
    },
  };
}

const figureOf = (curves: ReadonlyMap<Step, { x: number; y: number }[]>): Figure => ({
  name: "live-loss",
  title: "Training loss of the trainings that ran just now",
  note: "",
  kind: "lines",
  x: "optimiser step",
  y: "cross-entropy, nats per token",
  panels: [
    {
      title: "",
      series: [...curves].slice(-MAX_LINES).map(([{ name }, points]) => ({ name, points })),
    },
  ],
});
