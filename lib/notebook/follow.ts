import { escapeControls } from "../escape";
import { followSpeed, type Group, type Step, type Study, type StudyEvent } from "../study/index";
import { send } from "./display";
import { liveLoss } from "./live-loss";
import { whatItTakes } from "./takes";

/** How often the progress line is updated, in milliseconds. */
const INTERVAL_MS = 500;

export interface RunInNotebookOptions {
  /** Starts steps even if they take money, a GPU or downloads. What is missing is still an error. */
  start?: boolean;
}

/**
 * Runs the unfinished steps of a study, or of some of its parts, and shows the progress in the notebook, with a loss
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
  const { takes, command } = await whatItTakes(study, only);
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
  const where = new Map<Step, string>();
  const speed = followSpeed();
  const warnings = new Set<string>();
  let done = 0;
  const onEvent = (event: StudyEvent) => {
    loss.onEvent(event);
    if (event.event === "warning") warnings.add(event.message);
    if (event.event === "done") done++;
    if (event.event === "job")
      where.set(event.step, event.state === "submitted" ? ` waits on ${event.runtime}` : ` on ${event.text}`);
    const fast = event.event === "progress" ? speed(event) : "";
    const share =
      event.event === "progress" && event.total ? ` (${event.done} of ${event.total}${fast && `, ${fast}`})` : "";
    line(`${done} of ${open} steps done; ${event.step.name}${share}${where.get(event.step) ?? ""} …`);
  };
  await study.run({ only, onEvent });
  await loss.end();
  line([`All ${wanted.length} steps are done.`, ...[...warnings].map((one) => `warning: ${one}`)].join("\n"), true);
}

/** A line in the notebook's output that is updated in place. */
export function liveLine(): (text: string, atOnce?: boolean) => void {
  const id = `wov-progress-${process.pid}`;
  let shown = 0;
  return (text, atOnce = false) => {
    if (!atOnce && Date.now() - shown < INTERVAL_MS) return;
    send({ "text/plain": escapeControls(text) }, { id, update: shown > 0 });
    shown = Date.now();
  };
}
