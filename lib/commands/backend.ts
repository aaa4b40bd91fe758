import { defaultExtra, hostOf } from "../ask/index";
import { type AskStep, type Backend, runStep, type Step } from "../study/index";
import { type EndpointOptions, endpointOf, withEndpoint } from "./endpoint";

/** The endpoint that a command's options name, as a backend of steps. */
export const endpointBackend = (
  root: string,
  options: EndpointOptions & { model: string; batch?: boolean },
): Backend => ({
  kind: "endpoint",
  name: options.model,
  host: hostOf(options.endpoint),
  extra: options.extra ?? defaultExtra(options.endpoint),
  mode: options.batch ? "batch" : "live",
  open: async () => endpointOf(root, options),
});

/**
 * Runs the steps that a step needs, prints the maximum cost of its requests, and runs it with a progress bar.
 *
 * @returns whether it was run; false if only the plan was asked for
 */
export async function runAskStep(
  root: string,
  options: EndpointOptions & { model: string },
  step: AskStep,
): Promise<boolean> {
  const context = { signal: new AbortController().signal, onProgress: () => {} };
  for (const need of step.needs as Step[]) await runStep(need, context);
  const done = await withEndpoint(
    root,
    { ...options, requests: step.requests() },
    async ({ budget, signal, onProgress }) => {
      await runStep(step, { ...context, budget, ...(signal && { signal }), ...(onProgress && { onProgress }) });
      return true;
    },
  );
  return done === true;
}
