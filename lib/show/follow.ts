import type { Group, Study, StudyEvent } from "../study/index";
import { send } from "./display";

/** How often the line of progress is renewed, in milliseconds. */
const EVERY = 500;

/**
 * Runs what is not done of a study, or of some of its parts, and shows in the notebook how far it is. Where all
 * is done, which `npm run study` sees to, it says so and costs nothing.
 */
export async function runInNotebook(study: Study, only?: readonly Group[]): Promise<void> {
  const wanted = study.plan().filter(({ step }) => !only || only.includes(step.group));
  const open = wanted.filter(({ state }) => state !== "done").length;
  const line = liveLine();
  if (open === 0) return line(`All ${wanted.length} steps are done.`, true);
  let done = 0;
  const onEvent = (event: StudyEvent) => {
    if (event.event === "done") done++;
    const share = event.event === "progress" && event.total ? ` (${event.done} of ${event.total})` : "";
    line(`${done} of ${open} steps done; ${event.step.name}${share} …`);
  };
  await study.run({ only, onEvent });
  line(`All ${wanted.length} steps are done.`, true);
}

/** A line of the notebook's output that is renewed in place. */
export function liveLine(): (text: string, atOnce?: boolean) => void {
  const id = `wov-progress-${process.pid}`;
  let shown = 0;
  return (text, atOnce = false) => {
    if (!atOnce && Date.now() - shown < EVERY) return;
    send({ "text/plain": text }, { id, update: shown > 0 });
    shown = Date.now();
  };
}
