import { toPromptCompletion } from "../synthesis/index";
import type { Context } from "./context";
import type { SourceSteps } from "./generation";
import { controlSize, ownSource, sizesOf, trainedVlms } from "./roles";
import { trainingFile, validationFile } from "./sample-files";
import { formOf } from "./sources";
import type { Step } from "./step";
import { type Training, type TrainingText, trainings } from "./training";

/** A source's training set of a size. */
export function textOf(
  context: Context,
  sources: Record<string, SourceSteps>,
  source: string,
  size: number,
): TrainingText {
  const from = sources[source]!.samples;
  const form = formOf(context);
  return {
    source,
    size,
    from,
    file: trainingFile(from.run, size),
    validation: context.profile.synthesis.validation > 0 ? validationFile(from.run) : null,
    lines: (inputs) => inputs.samples(from, size).map((sample) => toPromptCompletion(sample, form)),
  };
}

/**
 * Trains each VLM by each method of the profile on its own base model's text as written, at the size of the controls:
 * whether text that is partly wrong can be made useful by how a model is trained on it.
 */
export function methodTrainings(context: Context, benchmark: Step, sources: Record<string, SourceSteps>): Training[] {
  const { profile } = context;
  const size = controlSize(profile);
  return trainedVlms(profile).flatMap((model) => {
    const own = ownSource(profile, model);
    if (own === undefined || !sizesOf(profile, own).includes(size)) return [];
    const text = textOf(context, sources, own, size);
    return Object.keys(profile.methods).flatMap((method) =>
      trainings(context, benchmark, model, text, "variants", method),
    );
  });
}
