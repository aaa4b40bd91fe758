import { WovError } from "../errors";
import { type AskStep, type Backend, endpointBackend, notesOn, runStep } from "../study/index";
import { type EndpointOptions, endpointOf, extraOf, priceFor, withEndpoint } from "./endpoint";

/** The endpoint that a command's options name, as a backend of steps. */
export const optionsBackend = (root: string, options: EndpointOptions & { model: string; batch?: boolean }): Backend =>
  endpointBackend(options.model, options.endpoint, async () => endpointOf(root, options), {
    extra: extraOf(options),
    mode: options.batch ? "batch" : "live",
    price: () => priceFor(root, options.model, options),
  });

/**
 * Runs the steps that a step needs, prints the maximum cost of its requests, and runs it with a progress bar.
 *
 * @returns whether it was run; false if only the plan was asked for
 */
export async function runAskStep(
  root: string,
  options: EndpointOptions & { model: string; maxTokens?: number },
  step: AskStep,
): Promise<boolean> {
  const context = { signal: new AbortController().signal, onProgress: () => {} };
  for (const need of step.needs) await runStep(need, context);
  const requests = step.requests();
  if (requests.length === 0)
    throw new WovError(`${step.name}: no item has what is asked about, such as a picture in the folder --images`, 2);
  const done = await withEndpoint(root, { ...options, requests }, async ({ endpoint: _, ...shown }) => {
    await runStep(step, { ...context, ...shown });
    return true;
  });
  const advice = options.maxTokens === undefined ? undefined : `Raise --max-tokens (${options.maxTokens}).`;
  if (done) for (const note of notesOn(step, advice)) process.stderr.write(`${note}\n`);
  return done === true;
}
