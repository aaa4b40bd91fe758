import { join } from "node:path";
import { readStrict } from "../answers/index";
import { textRequest, textsById } from "../ask/index";
import { WovError } from "../errors";
import { type Sample, toPromptCompletion, trainingPrompt } from "../synthesis/index";
import { askStep } from "./ask-step";
import { jobBackend } from "./backend";
import { type Cell, OWN_LABELS } from "./cells";
import type { Context } from "./context";
import { decideOnPictures } from "./pilot";
import { greedy } from "./requests";
import { controlSize } from "./roles";
import { readTraining, writeLines } from "./sample-files";
import { formOf } from "./sources";
import { inlineStep, type Step } from "./step";
import { type Training, trainings } from "./training";

/** Trains a VLM on the teacher's questions with its own answers. This shows the effect of training as such. */
export function ownLabels(context: Context, benchmark: Step, teacherSamples: Step, model: string): Training[] {
  const size = controlSize(context.profile);
  const labels = labelStep(context, teacherSamples, model, size);
  const from = relabelStep(context, teacherSamples, labels, model, size);
  const text = { source: OWN_LABELS, size, from, file: from.run.path("train.jsonl") };
  return trainings(context, benchmark, model, text, "controls");
}

/** Shows a trained VLM other items' pictures. This shows how often it is right by guessing. */
export function shuffledPictures(
  context: Context,
  benchmark: Step,
  { model, cell, train }: Training,
): { cell: Cell; step: Step } {
  const { root, profile } = context;
  const variant = "shuffled-picture";
  const step = decideOnPictures(root, benchmark, {
    backend: jobBackend(context, model, train),
    maxTokens: profile.decoding.answer_tokens,
    variant,
    seed: profile.seed,
    group: "controls",
    suffix: "shuffled, after training",
  });
  return { cell: { ...cell, variant }, step };
}

/** The model answers the teacher's questions. */
const labelStep = (context: Context, teacherSamples: Step, model: string, size: number): Step =>
  askStep(context.root, {
    name: `${model} answers the teacher's questions`,
    group: "controls",
    run: `own-labels-${model}`,
    backend: jobBackend(context, model),
    spec: { size, maxTokens: context.profile.decoding.answer_tokens },
    needs: [teacherSamples],
    requests: () =>
      samplesOf(context.root, teacherSamples, size).map((sample) =>
        textRequest(
          sample.id,
          trainingPrompt(sample, formOf(context.profile)),
          greedy(model, context.profile.decoding.answer_tokens),
        ),
      ),
  });

/** Changes when equal replies are read as other letters than before. */
const READER = 1;

function relabelStep({ root, profile }: Context, teacherSamples: Step, labels: Step, model: string, size: number) {
  const form = formOf(profile);
  return inlineStep(root, {
    name: `replace the teacher's answers with those of ${model}`,
    group: "controls",
    needs: [teacherSamples, labels],
    run: { step: "samples", name: `own-labels-${model}`, spec: { reader: READER, size, form } },
    work: async (run) => {
      const replies = textsById(labels.run.records(), labels.name);
      const lines = samplesOf(root, teacherSamples, size).flatMap((sample) => {
        const letter = readStrict(replies.get(sample.id) ?? "", sample.options);
        return letter ? [toPromptCompletion(sample, form, letter)] : [];
      });
      if (lines.length === 0)
        throw new WovError(
          `${labels.name}: all ${size} replies are unparsed, so there is nothing to train on: see ${labels.run.path("records.jsonl")}`,
        );
      writeLines(join(root, run.path("train.jsonl")), lines);
      return { counts: { samples: lines.length, unparsed: size - lines.length } };
    },
  });
}

/** The full samples of a training subset. */
function samplesOf(root: string, samples: Step, size: number): Sample[] {
  const chosen = new Set(readTraining(root, samples.run, size).map((line) => line.id));
  return samples.run.records<Sample>().filter((sample) => chosen.has(sample.id));
}
