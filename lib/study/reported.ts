import type { JobEvent } from "../runtime/index";
import type { Step } from "./step";

/** What a job reports about how it works, for the manifests of its runs. */
export interface Reported {
  /** @param step the step that the event is about; undefined for the whole job */
  add(step: Step | undefined, event: JobEvent): void;
  /** The settings of a step, and the warnings that were given, each once. */
  of(step: Step): Record<string, unknown>;
}

export function createReported(): Reported {
  const settings = new Map<Step | undefined, Record<string, unknown>>();
  const warnings: { step: Step | undefined; message: string }[] = [];
  return {
    add(step, event) {
      if (event.event === "warning") warnings.push({ step, message: event.message });
      if (event.event !== "environment" && event.event !== "settings") return;
      const { event: _, task: __, time: ___, ...facts } = event as Record<string, unknown>;
      settings.set(step, facts);
    },
    of(step) {
      const mine = warnings.filter((one) => one.step === undefined || one.step === step);
      const messages = [...new Set(mine.map(({ message }) => message))];
      return { ...settings.get(undefined), ...settings.get(step), ...(messages.length > 0 && { warnings: messages }) };
    },
  };
}
