import type { StepPlan, StudyPlan } from "../plan/index";
import { groups, type StepState } from "../study/index";
import { type Table, toHtml } from "./table";

const MARKS: Record<StepState, string> = { done: "✓", begun: "…", new: "·", damaged: "✗" };
const LEGEND = "✓ done, … begun, · not begun, ✗ damaged";

/** The steps of a study, and what is left to do of each. */
export function planTable({ profile, steps, notes }: StudyPlan): Table {
  return {
    name: "plan",
    title: `The steps of the study '${profile}', and what is left of them`,
    note: `${LEGEND}. ${notes.join(" ")}`,
    columns: [
      { key: "part", label: "Part" },
      { key: "step", label: "Step" },
      { key: "requests", label: "Requests", numeric: true },
      { key: "prompt", label: "Tokens in", numeric: true },
      { key: "completion", label: "Tokens out", numeric: true },
      { key: "usd", label: "USD live (batch)", numeric: true },
      { key: "time", label: "Time", numeric: true },
      { key: "memory", label: "Memory, GB", numeric: true },
    ],
    rows: groups.flatMap((group) => steps.filter(({ step }) => step.group === group).map((step) => rowOf(step))),
  };
}

const rowOf = ({ step, state, requests, samples, tokens, usd, noPrice, seconds, memoryGb }: StepPlan) => ({
  part: step.group,
  step: `${MARKS[state]} ${step.name}`,
  requests:
    requests === undefined ? (samples === undefined ? "" : `${countText(samples)} samples`) : countText(requests),
  prompt: tokens ? countText(tokens.prompt) : "",
  completion: tokens?.completion ? countText(tokens.completion) : "",
  usd: noPrice ? "?" : usd && usd.live > 0 ? `${usd.live.toFixed(2)} (${usd.batch.toFixed(2)})` : "",
  time: seconds === undefined ? "" : timeText(seconds),
  memory: memoryGb === undefined || memoryGb < 1 ? "" : memoryGb.toFixed(0),
});

/** What all that is left will take, and what is missing. */
export function planTotals({ totals, card, rent, longest, needs, profile, steps }: StudyPlan): Table {
  const { open, requests, jobRequests, tokens, usd, cardHours, diskGb } = totals;
  const money =
    usd.live > 0
      ? `$${usd.live.toFixed(2)} live, $${usd.batch.toFixed(2)} in batches; as the profile asks $${usd.charged.toFixed(2)}, at most about $${usd.atMost.toFixed(2)}`
      : "nothing";
  const damaged = steps.filter(({ state }) => state === "damaged").length;
  const rows: [string, string][] = [
    ["steps to do", `${open}${damaged > 0 ? ` (${damaged} damaged: see \`wov verify\`)` : ""}`],
    [
      "requests to endpoints",
      `${requests.toLocaleString("en")}, ${countText(tokens.prompt)} tokens in, ${countText(tokens.completion)} out`,
    ],
    ["cost", money],
    ["requests to jobs", jobRequests.toLocaleString("en")],
    [`time on ${card.label}`, timeText(3600 * cardHours)],
    ...(rent ? [[`rent of ${rent.runtime}`, rentText(rent, cardHours)] as [string, string]] : []),
    [
      "longest chain",
      `${timeText(3600 * longest.hours)}${longest.steps.length > 0 ? `: ${longest.steps.join(" → ")}` : ""}`,
    ],
    ["disk space", diskGb < 0.1 ? "less than 0.1 GB" : `${diskGb.toFixed(1)} GB`],
    ...needs.map(({ missing, todo }): [string, string] => ["missing", `${missing}: ${todo}`]),
  ];
  return {
    name: "plan-totals",
    title: `What the study '${profile}' still takes`,
    note: "",
    columns: [
      { key: "what", label: "" },
      { key: "value", label: "Value" },
    ],
    rows: rows.map(([what, value]) => ({ what, value })),
  };
}

const rentText = ({ usdPerHour, unknown }: NonNullable<StudyPlan["rent"]>, hours: number): string =>
  usdPerHour === undefined
    ? `not known: ${unknown ?? "the runtime names no price"}`
    : `about $${(usdPerHour * hours).toFixed(2)} at $${usdPerHour.toFixed(2)} per hour, and the time to load models`;

/** A plan as HTML: what is left, and all steps, folded if nothing is. */
export function planHtml(plan: StudyPlan): string {
  const { open } = plan.totals;
  const totals = open === 0 ? `<p>Nothing is left to do of the study '${plan.profile}'.</p>` : toHtml(planTotals(plan));
  const summary = `<summary>All ${plan.steps.length} steps: state, requests, tokens, cost, time</summary>`;
  return `${totals}<details${open > 0 ? " open" : ""}>${summary}${toHtml(planTable(plan))}</details>`;
}

/** "640", "6,527", "13.4 M" */
const countText = (n: number): string =>
  n < 100_000
    ? Math.round(n).toLocaleString("en")
    : n < 1e9
      ? `${(n / 1e6).toFixed(1)} M`
      : `${(n / 1e9).toFixed(2)} G`;

/** "12 s", "3.5 min", "41 h" */
export const timeText = (seconds: number): string =>
  seconds < 90
    ? `${Math.round(seconds)} s`
    : seconds < 5400
      ? `${(seconds / 60).toFixed(1)} min`
      : `${(seconds / 3600).toFixed(1)} h`;
