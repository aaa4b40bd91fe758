import { spawnSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { hubToken } from "../hub";
import type { Card } from "../runtime/index";
import { secretOf } from "../secret";
import { type Context, endpointsInUse, gatedModels } from "../study/index";
import type { StepPlan } from "./step-plan";

/** Something that a study needs and that is missing, and what to do about it. */
export interface Need {
  what: "key" | "price" | "licence" | "pictures" | "memory" | "runtime" | "disk";
  missing: string;
  todo: string;
}

/** What is missing on this machine for the steps that are left. */
export function missingNeeds(
  context: Context,
  { steps, card, diskGb }: { steps: readonly StepPlan[]; card: Card; diskGb: number },
): Need[] {
  const open = steps.filter(({ state }) => state !== "done");
  return [
    ...keys(context, open),
    ...prices(open),
    ...licences(context, open),
    ...pictures(context, open),
    ...memory(open, card),
    ...runtime(context, open, card),
    ...disk(context, diskGb),
  ];
}

const keys = (context: Context, open: readonly StepPlan[]): Need[] =>
  endpointsInUse(
    context,
    open.map(({ step }) => step),
  ).flatMap(({ url, key, isLocal }): Need[] =>
    isLocal || secretOf(context.root, key)
      ? []
      : [{ what: "key", missing: `${key}, the key for ${url}`, todo: "set it in the environment or in a file .env" }],
  );

const prices = (open: readonly StepPlan[]): Need[] =>
  [...new Set(open.flatMap(({ noPrice }) => noPrice ?? []))].map((missing) => ({
    what: "price",
    missing,
    todo: "add the price: the budget cannot be kept without it",
  }));

const licences = (context: Context, open: readonly StepPlan[]): Need[] =>
  hubToken(context.root)
    ? []
    : gatedModels(
        context,
        open.map(({ step }) => step),
      ).map((path) => ({
        what: "licence",
        missing: `access to ${path}, which the Hub gives only to those who have accepted its licence`,
        todo: `accept it at https://huggingface.co/${path}, and set HF_TOKEN in the environment or in a file .env`,
      }));

function pictures({ benchmark }: Context, open: readonly StepPlan[]): Need[] {
  if (!open.some(({ step }) => step.run.spec.step === "benchmark")) return [];
  const { items, pictures: found, fetched } = benchmark.expected();
  if (fetched)
    return [
      {
        what: "pictures",
        missing: `${items} pictures are fetched from their addresses, many of which are dead by now`,
        todo: "download the authors' folder by hand (the dataset card links to it), and name it as 'images' in the profile",
      },
    ];
  if (found >= items) return [];
  return [
    {
      what: "pictures",
      missing: `${items - found} of ${items} pictures are not in the folder`,
      todo: "items without a picture are left out of every task that shows pictures",
    },
  ];
}

function memory(open: readonly StepPlan[], card: Card): Need[] {
  const most = new Map<string, { gb: number; name: string }>();
  for (const { step, memoryGb = 0 } of open) {
    const kind = `${step.work.kind === "job" ? step.work.model.path : ""} ${step.run.spec.step}`;
    if (memoryGb > (most.get(kind)?.gb ?? card.memoryGb)) most.set(kind, { gb: memoryGb, name: step.name });
  }
  return [...most.values()].map(({ gb, name }) => ({
    what: "memory",
    missing: `${name}: about ${gb.toFixed(0)} GB, and ${card.label} has ${card.memoryGb}`,
    todo:
      /trained on \d/.test(name) && !/decides|answers/.test(name)
        ? "take a card with more memory, or a smaller training.batch (the paper's is 32 samples in all)"
        : "take a card with more memory, or a smaller decoding.batch_tokens",
  }));
}

function runtime({ profile }: Context, open: readonly StepPlan[], card: Card): Need[] {
  if (profile.runtime.kind !== "local") return []; // `wov runtimes` says whether another one can be reached
  if (profile.runtime.card === undefined || !open.some(({ onCard }) => onCard)) return [];
  const { status } = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8" });
  if (status === 0) return [];
  return [
    {
      what: "runtime",
      missing: `a GPU: this machine has none, and the profile reckons with ${card.label}`,
      todo: "run the study on a machine that has one, or name another runtime in the profile (README, Where jobs run)",
    },
  ];
}

function disk({ root }: Context, neededGb: number): Need[] {
  const { bavail, bsize } = statfsSync(root);
  const freeGb = (bavail * bsize) / 1e9;
  if (freeGb >= neededGb) return [];
  return [
    {
      what: "disk",
      missing: `${neededGb.toFixed(0)} GB of disk space, of which ${freeGb.toFixed(0)} are free`,
      todo: "free some, or set HF_HOME to a larger disk for the models",
    },
  ];
}
