import type { StudyEvent } from "./schedule";
import type { Step } from "./step";

type Progress = Extract<StudyEvent, { event: "progress" }>;

/**
 * Follows how fast steps are, from the events of their progress.
 *
 * @returns a function that says, for each such event, "812 tokens/s, about 3 min to go"; "" if that is not known yet
 */
export function followSpeed(): (event: Progress) => string {
  /** Where the process that does the step has begun, and how many tokens it had last. */
  const begun = new Map<Step, { done: number; tokens: number; time: number; last: number }>();
  return ({ step, done, total, tokens, time = Date.now() / 1000 }) => {
    if (tokens === undefined) return "";
    const first = begun.get(step);
    if (!first || tokens < first.last) {
      begun.set(step, { done, tokens, time, last: tokens });
      return "";
    }
    first.last = tokens;
    const seconds = time - first.time;
    if (seconds <= 0 || done === first.done) return "";
    const left = (seconds * (total - done)) / (done - first.done);
    return `${Math.round((tokens - first.tokens) / seconds)} tokens/s, about ${durationText(left)} to go`;
  };
}

/** "40 s", "3 min", "2 h 10 min" */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
