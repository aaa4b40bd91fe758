import { join } from "node:path";
import { readStrict } from "../answers/index";
import { textRequest, textsById } from "../ask/index";
import { WovError } from "../errors";
import { createRandom } from "../random";
import { openRun } from "../store/index";
import { type Form, type Sample, toPromptCompletion, trainingPrompt } from "../synthesis/index";
import { askStep } from "./asking";
import { decideOnPictures, greedy } from "./pilot";
import type { Profile } from "./profile";
import { readTraining, writeLines } from "./sample-files";
import type { Step } from "./step";
import { type Trained, trainedSteps } from "./training";
import { formOf, type Writing } from "./writing";

/** What tells the effect of the text from that of training as such, and of seeing from guessing. */
export interface Controls {
  /** Trained on the teacher's questions with the VLM's own answers in place of the teacher's. */
  ownLabels: Record<string, Trained>;
  /** The VLM after training, shown another item's picture. */
  shuffled: Record<string, Step>;
}

/** The size at which the controls train: the middle one. */
export const controlSize = (profile: Profile) => profile.sizes[Math.floor(profile.sizes.length / 2)]!;

export function controlSteps(
  root: string,
  profile: Profile,
  scenes: Step,
  teacher: Writing,
  trained: Trained[],
): Controls {
  const size = controlSize(profile);
  const models = [...new Set(trained.map((t) => t.model))];
  const ownLabels = models.map((model) => [model, ownLabelSteps(root, profile, scenes, teacher, model, size)] as const);
  const shuffled = models.map((model) => {
    const adapter = trained.find((t) => t.model === model && t.source === "teacher" && t.size === size)!.train;
    const shown = { name: "shuffled", of: shuffle(profile) };
    const asking = { model, group: "controls" as const, suffix: "shuffled, after training", adapter, shown };
    return [model, decideOnPictures(root, profile, scenes, asking)] as const;
  });
  return { ownLabels: Object.fromEntries(ownLabels), shuffled: Object.fromEntries(shuffled) };
}

/** Which item's picture stands with an item: a seeded rotation, so that no item keeps its own. */
function shuffle(profile: Profile): (index: number) => number {
  const { items } = profile.benchmark;
  const by = 1 + createRandom("shuffled pictures", profile.seed).int(items - 1);
  return (index) => ((index - 1 + by) % items) + 1;
}

function ownLabelSteps(
  root: string,
  profile: Profile,
  scenes: Step,
  teacher: Writing,
  model: string,
  size: number,
): Trained {
  const labels = askStep(root, profile, {
    name: `${model} answers the teacher's questions`,
    group: "controls",
    run: `own-labels-${model}`,
    model,
    spec: { size },
    needs: [teacher.samples],
    requests: () =>
      samplesOf(root, teacher, size).map((sample) =>
        textRequest(sample.id, trainingPrompt(sample, formOf(profile)), greedy(profile, model)),
      ),
  });
  const text = relabelled(root, teacher, labels, model, size, formOf(profile));
  const from = { source: "own-labels", size, from: text, file: text.run.path("train.jsonl") };
  return trainedSteps(root, profile, scenes, model, from, "controls");
}

function relabelled(root: string, teacher: Writing, labels: Step, model: string, size: number, form: Form): Step {
  const needs = [teacher.samples, labels];
  const parents = needs.map((need) => need.run.id);
  const run = openRun(root, { step: "samples", name: `own-labels-${model}`, spec: { size, form }, parents });
  return {
    name: `put ${model}'s own answers in place of the teacher's`,
    group: "controls",
    run,
    needs,
    work: {
      kind: "here",
      do: async () => {
        const replies = textsById(labels.run.records(), labels.name);
        const relabelledLines = samplesOf(root, teacher, size).flatMap((sample) => {
          const letter = readStrict(replies.get(sample.id) ?? "", sample.options);
          return letter ? [toPromptCompletion(sample, form, letter)] : [];
        });
        if (relabelledLines.length === 0)
          throw new WovError(
            `${labels.name}: none of ${size} replies could be read, so there is nothing to train on (${labels.run.path("records.jsonl")})`,
          );
        writeLines(join(root, run.path("train.jsonl")), relabelledLines);
        return { counts: { samples: relabelledLines.length, unparsed: size - relabelledLines.length } };
      },
    },
  };
}

/** The samples of a training subset, whole. */
function samplesOf(root: string, teacher: Writing, size: number): Sample[] {
  const chosen = new Set(readTraining(root, teacher.samples.run, size).map((line) => line.id));
  return teacher.samples.run.records<Sample>().filter((sample) => chosen.has(sample.id));
}
