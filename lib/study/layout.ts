import { toPromptCompletion } from "../synthesis/index";
import { modelBackend } from "./backend";
import { benchmarkStep } from "./benchmark-step";
import { type Cell, captionCell, pictureCell } from "./cells";
import type { Context } from "./context";
import { ownLabels, shuffledPictures } from "./controls";
import type { SourceSteps } from "./generation";
import type { Inputs } from "./inputs";
import { captionStep, decideOnCaptions, decideOnPictures } from "./pilot";
import { controlSize, llmsOf, sizesOf, sourcesFor, trainedVlms, vlmsOf } from "./roles";
import { trainingFile, validationFile } from "./sample-files";
import { formOf, profileSource } from "./sources";
import { type Step, withNeeds } from "./step";
import { type Training, trainings } from "./training";

/** All steps of a study, and the cell that each answering step fills. */
export interface Layout {
  benchmark: Step;
  captions: Step;
  sources: Record<string, SourceSteps>;
  trainings: Training[];
  /** In the order of the tables. */
  cells: { cell: Cell; step: Step }[];
  /** Every step once, parents before children. */
  steps: Step[];
}

/** Lays out the study of a profile. Nothing is written or computed, but the id of every run is known. */
export function layOut(context: Context): Layout {
  const { root, profile } = context;
  const { answer_tokens: maxTokens, caption_tokens: captionTokens } = profile.decoding;
  const benchmark = benchmarkStep(root, context.benchmark);
  const prompts = context.prompts.asking;
  const captions = captionStep(root, benchmark, {
    backend: modelBackend(context, profile.captioner),
    maxTokens: captionTokens,
    prompts,
  });
  const pilot = [
    ...llmsOf(profile).map((model) => ({
      cell: captionCell(model),
      step: decideOnCaptions(context, benchmark, captions, model),
    })),
    ...vlmsOf(profile).map((model) => ({
      cell: pictureCell(model),
      step: decideOnPictures(root, benchmark, { backend: modelBackend(context, model), maxTokens, prompts }),
    })),
  ];
  const sources = Object.fromEntries(
    Object.keys(profile.sources).map((id) => [id, profileSource(context, benchmark, captions, id)] as const),
  );
  const form = formOf(context);
  const trained = trainedVlms(profile).flatMap((model) =>
    sourcesFor(profile, model).flatMap((source) =>
      sizesOf(profile, source).flatMap((size) => {
        const from = sources[source]!.samples;
        const lines = (inputs: Inputs) => inputs.samples(from, size).map((sample) => toPromptCompletion(sample, form));
        const validation = profile.synthesis.validation > 0 ? validationFile(from.run) : null;
        const text = { source, size, from, file: trainingFile(from.run, size), validation, lines };
        return trainings(context, benchmark, model, text, "training");
      }),
    ),
  );
  const relabelled = trainedVlms(profile).flatMap((model) =>
    ownLabels(context, benchmark, sources[profile.teacher]!.samples, model),
  );
  const shuffled = trained
    .filter(({ trained: { source, size } }) => source === profile.teacher && size === controlSize(profile))
    .map((training) => shuffledPictures(context, benchmark, training));
  const evaluated = [...trained, ...relabelled].map(({ cell, evaluate: step }) => ({ cell, step }));
  const cells = [...pilot, ...evaluated, ...shuffled];
  const samples = Object.values(sources).map((source) => source.samples);
  const steps = withNeeds([
    benchmark,
    captions,
    ...pilot.map(({ step }) => step),
    ...samples,
    ...cells.map(({ step }) => step),
  ]);
  return { benchmark, captions, sources, trainings: [...trained, ...relabelled], cells, steps };
}
