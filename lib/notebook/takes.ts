import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { planStudy, type StepPlan } from "../plan/index";
import { datasetsInUse, type Group, hubModels, type Step, type Study } from "../study/index";

/**
 * What the steps that are left take beyond time on this machine's CPU: what is missing, money, a GPU, downloads. Empty
 * if a notebook may start them by itself. And the command that starts them, and the time that each takes, in seconds.
 */
export async function whatItTakes(
  study: Study,
  only?: readonly Group[],
): Promise<{ takes: string[]; command: string; seconds: Map<Step, number> }> {
  const { steps, needs, totals, card } = await planStudy(study, only);
  const open = steps.filter(({ state }) => state !== "done");
  const { charged, atMost } = totals.usd;
  const hours = Math.max(1, Math.round(totals.cardHours));
  const isOnGpu = study.profile.runtime.card !== undefined && open.some(({ onCard }) => onCard);
  const downloaded = downloads(study, open);
  return {
    takes: [
      ...(atMost > 0 ? [`about $${charged.toFixed(2)}, at most about $${atMost.toFixed(2)}`] : []),
      ...(isOnGpu ? [`about ${hours} h on ${card.label}`] : []),
      ...(downloaded.length > 0 ? [`downloads: ${downloaded.join(", ")}`] : []),
      ...needs.map(({ missing }) => missing),
    ],
    command: commandFor(study, only, atMost),
    seconds: new Map(open.map(({ step, seconds = 0 }) => [step, seconds])),
  };
}

/** What open steps load from the Hub, as far as it is not a folder here. */
function downloads({ root, profile, context, layout }: Study, open: readonly StepPlan[]): string[] {
  const steps = open.map(({ step }) => step);
  const isViva =
    profile.benchmark.kind === "viva" && steps.includes(layout.benchmark) && !context.benchmark.expected().file;
  const models = hubModels(context, steps).map(({ path }) => path);
  const datasets = datasetsInUse(steps).flatMap(({ dataset }) => (existsSync(resolve(root, dataset)) ? [] : [dataset]));
  return [...(isViva ? ["VIVA's questions"] : []), ...new Set([...models, ...datasets])];
}

function commandFor({ profile }: Study, only: readonly Group[] | undefined, atMostUsd: number): string {
  const parts = only ? ` --only ${only.join(" ")}` : "";
  const budget = atMostUsd > 0 ? ` --budget ${Math.ceil(atMostUsd)}` : "";
  return `npx wov study --profile ${process.env.WOV_PROFILE ?? profile.name}${parts}${budget}`;
}
