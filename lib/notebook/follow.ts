import { escapeControls } from "../escape";
import type { Group, Study, StudyEvent } from "../study/index";
import { type Bundle, displayId, send } from "./display";
import { liveLoss } from "./live-loss";
import { followSteps } from "./steps";
import { whatItTakes } from "./takes";

/** How often progress is shown, in milliseconds. */
const INTERVAL_MS = 500;

export interface RunInNotebookOptions {
  /** Starts steps even if they take money, a GPU or downloads. What is missing is still an error. */
  start?: boolean;
}

/**
 * Runs the unfinished steps of a study, or of some of its parts, and shows in the notebook how far each is, and a loss
 * curve of the trainings that run. After `npm run study` nothing is left to do, and it only says so. Steps that cost
 * money, or need a GPU, a download or something that is missing, are not started unless that is wanted, since a
 * notebook may be opened only to be read: it says what is left, what that takes, and how to start it.
 *
 * Jobs on other machines go on when the notebook is closed or the cell is interrupted. The same cell finds them again.
 */
export async function runInNotebook(
  study: Study,
  only?: readonly Group[],
  { start = false }: RunInNotebookOptions = {},
): Promise<void> {
  const wanted = study.plan(only);
  const open = wanted.filter(({ state }) => state !== "done").length;
  const line = liveLine();
  if (open === 0) return line(`All ${wanted.length} steps are done.`, true);
  const { takes, command, seconds } = await whatItTakes(study, only);
  if (takes.length > 0 && !start) {
    const left = `Not started: ${open} of ${wanted.length} steps are left, and they take`;
    return line(
      [
        left,
        ...takes.map((one) => `- ${one}`),
        `To start them: ${command} (with --plan, it says what to do about what is missing)`,
      ].join("\n"),
      true,
    );
  }
  const loss = liveLoss();
  const steps = followSteps(seconds);
  const warnings = new Set<string>();
  const show = live();
  const showSteps = (atOnce?: boolean) =>
    show(() => ({ "text/html": steps.html(), "text/plain": steps.text() }), atOnce);
  const onEvent = (event: StudyEvent) => {
    loss.onEvent(event);
    steps.onEvent(event);
    if (event.event === "warning") warnings.add(event.message);
    showSteps();
  };
  showSteps(true);
  await study.run({ only, onEvent });
  await loss.end();
  const all = [`All ${wanted.length} steps are done.`, ...[...warnings].map((one) => `warning: ${one}`)];
  show(() => ({ "text/plain": escapeControls(all.join("\n")) }), true);
}

/** A line in the notebook's output that is updated in place. */
export function liveLine(): (text: string, atOnce?: boolean) => void {
  const show = live();
  return (text, atOnce) => show(() => ({ "text/plain": escapeControls(text) }), atOnce);
}

/** An output that is updated in place, now and then, or at once. */
function live(): (data: () => Bundle, atOnce?: boolean) => void {
  const id = displayId();
  let shown = 0;
  return (data, atOnce = false) => {
    if (!atOnce && Date.now() - shown < INTERVAL_MS) return;
    send(data(), { id, update: shown > 0 });
    shown = Date.now();
  };
}
