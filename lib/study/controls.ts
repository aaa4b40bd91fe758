import { join } from "node:path";
import { readStrict } from "../answers/index";
import { textRequest, textsById } from "../ask/index";
import { WovError } from "../errors";
import { formSpec, toPromptCompletion, trainingPrompt } from "../synthesis/index";
import { askStep } from "./ask-step";
import { modelBackend, requestedModel } from "./backend";
import { OWN_LABELS } from "./cells";
import type { Context } from "./context";
import type { Inputs } from "./inputs";
import { greedy } from "./requests";
import { controlSize } from "./roles";
import { samplesOf, writeLines } from "./sample-files";
import { formOf } from "./sources";
import { inlineStep, type Step } from "./step";
import { type Training, trainings } from "./training";

/** Trains a VLM on the teacher's questions with its own answers. This shows the effect of training as such. */
export function ownLabels(context: Context, benchmark: Step, teacherSamples: Step, model: string): Training[] {
  const size = controlSize(context.profile);
  const labels = labelStep(context, teacherSamples, model, size);
  const from = relabelStep(context, teacherSamples, labels, model, size);
  const form = formOf(context);
  const lines = (inputs: Inputs) =>
    inputs.samples(teacherSamples, size).map((sample) => toPromptCompletion(sample, form));
  const text = { source: OWN_LABELS, size, from, file: from.run.path("train.jsonl"), validation: null, lines };
  return trainings(context, benchmark, model, text, "controls");
}

/** The model answers the teacher's questions. */
function labelStep(context: Context, teacherSamples: Step, model: string, size: number): Step {
  const backend = modelBackend(context, model);
  const maxTokens = context.profile.decoding.answer_tokens;
  const form = formOf(context);
  const requests = (inputs: Inputs) =>
    inputs
      .samples(teacherSamples, size)
      .map((sample) =>
        textRequest(sample.id, trainingPrompt(sample, form), greedy(requestedModel(backend), maxTokens)),
      );
  return askStep(context.root, {
    name: `${model} answers the teacher's questions`,
    group: "controls",
    run: `own-labels-${model}`,
    backend,
    spec: { size, maxTokens },
    needs: [teacherSamples],
    requests,
    expected: (inputs) => ({ requests: requests(inputs), count: size }),
  });
}

/** Changes when equal replies are read as other letters than before. */
export const READER = 2;

function relabelStep(context: Context, teacherSamples: Step, labels: Step, model: string, size: number) {
  const { root } = context;
  const form = formOf(context);
  return inlineStep(root, {
    name: `replace the teacher's answers with those of ${model}`,
    group: "controls",
    needs: [teacherSamples, labels],
    run: { step: "samples", name: `own-labels-${model}`, spec: { reader: READER, size, form: formSpec(form) } },
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
