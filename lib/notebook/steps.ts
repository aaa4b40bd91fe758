import { escapeControls, escapeHtml } from "../escape";
import { durationText, followSpeed, type Step, type StudyEvent } from "../study/index";

/** Steps that run, and how far they and all others are. */
export interface FollowedSteps {
  onEvent(event: StudyEvent): void;
  /** A table with a bar for each step that runs. */
  html(): string;
  text(): string;
}

/** A step that runs. */
interface Running {
  share: number;
  /** "28 of 48, 1824 tokens/s, about 12 s to go" */
  how: string;
  /** Where its job runs or waits; empty on this machine. */
  where: string;
}

/** Share of the planned time from which on the time left is shown. */
const ENOUGH = 0.03;

/**
 * Follows the steps of a run.
 *
 * @param planned the steps to do, each with its time as planned, in seconds; how long they really take, compared with
 *   that, is seen from those that are done
 * @param now milliseconds since 1970
 */
export function followSteps(planned: ReadonlyMap<Step, number>, now: () => number = Date.now): FollowedSteps {
  const running = new Map<Step, Running>();
  const speed = followSpeed();
  const begun = now();
  const ended = new Set<Step>();
  const secondsOf = (steps: Iterable<Step>, share = (_: Step) => 1) =>
    [...steps].reduce((sum, step) => sum + share(step) * (planned.get(step) ?? 0), 0);
  const left = () => {
    const all = secondsOf(planned.keys());
    const done = secondsOf(ended) + secondsOf(running.keys(), (step) => running.get(step)!.share);
    return done > 0 && done >= ENOUGH * all ? ((now() - begun) / 1000) * (all / done - 1) : undefined;
  };
  const summary = () => {
    const seconds = left();
    const time = seconds === undefined ? "" : `, about ${durationText(seconds)} to go`;
    const isStarting = running.size === 0 && ended.size < planned.size;
    return `${ended.size} of ${planned.size} steps done${time}${isStarting ? "; starting …" : ""}`;
  };
  return {
    onEvent(event) {
      const { step } = event;
      const one = running.get(step) ?? { share: 0, how: "", where: "" };
      if (event.event === "done") ended.add(step);
      if (event.event === "done" || event.event === "failed") running.delete(step);
      if (event.event === "start") running.set(step, one);
      if (event.event === "job") running.set(step, { ...one, where: placeOf(event) });
      if (event.event === "progress") {
        const fast = speed(event);
        const how = event.total > 0 ? `${event.done} of ${event.total}${fast && `, ${fast}`}` : "";
        running.set(step, { ...one, share: event.total > 0 ? event.done / event.total : 0, how });
      }
    },
    html: () => {
      const rows = [...running].map(([step, one]) => row(step, one));
      return `<p>${escapeHtml(summary())}</p><table><tbody>${rows.join("")}</tbody></table>`;
    },
    text: () =>
      [summary(), ...[...running].map(([{ name }, { how }]) => `- ${escapeControls(name)} ${how && `(${how})`}`)].join(
        "\n",
      ),
  };
}

const CELL = 'style="text-align: left"';

const row = ({ name }: Step, { share, how, where }: Running): string =>
  `<tr><td ${CELL}>${escapeHtml(name)}</td><td><progress max="1" value="${share.toFixed(3)}"></progress></td>` +
  `<td ${CELL}>${escapeHtml([how, where].filter(Boolean).join(", "))}</td></tr>`;

function placeOf({ state, runtime, text }: Extract<StudyEvent, { event: "job" }>): string {
  if (state === "submitted") return `waits on ${runtime}`;
  return state === "queued" || state === "running" ? `on ${text}` : text;
}
