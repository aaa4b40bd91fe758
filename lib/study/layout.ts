import { modelBackend } from "./backend";
import { benchmarkStep } from "./benchmark-step";
import { type Cell, captionCell, pictureCell } from "./cells";
import type { Context } from "./context";
import { ownLabels } from "./controls";
import type { SourceSteps } from "./generation";
import { methodTrainings, textOf } from "./methods";
import { captionStep, decideOnCaptions, decideOnPictures } from "./pilot";
import { llmsOf, sizesOf, sourcesFor, trainedVlms, vlmsOf } from "./roles";
import { profileSources } from "./sources";
import { type Step, withNeeds } from "./step";
import { type Training, trainings } from "./training";
import { otherWays } from "./variants";

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
  const benchmark = benchmarkStep(root, context.benchmark);
  const asking = (model: string, maxTokens = profile.decoding.answer_tokens) => ({
    backend: modelBackend(context, model),
    maxTokens,
    prompts: context.prompts.asking,
  });
  const captions = captionStep(root, benchmark, asking(profile.captioner, profile.decoding.caption_tokens));
  const pilot = [
    ...llmsOf(profile).map((model) => ({
      cell: captionCell(model),
      step: decideOnCaptions(root, benchmark, captions, asking(model)),
    })),
    ...vlmsOf(profile).map((model) => ({
      cell: pictureCell(model),
      step: decideOnPictures(root, benchmark, asking(model)),
    })),
  ];
  const sources = profileSources(context, benchmark, captions);
  const trained = trainedVlms(profile).flatMap((model) =>
    sourcesFor(profile, model).flatMap((source) =>
      sizesOf(profile, source).flatMap((size) =>
        trainings(context, benchmark, model, textOf(context, sources, source, size), "training"),
      ),
    ),
  );
  const relabelled = (profile.controls ? trainedVlms(profile) : []).flatMap((model) =>
    ownLabels(context, benchmark, sources[profile.teacher]!.samples, model),
  );
  const byMethods = methodTrainings(context, benchmark, sources);
  const { shuffled, variants } = otherWays(context, { benchmark, captions }, pilot, trained);
  const evaluated = (some: readonly Training[]) => some.map(({ cell, evaluate: step }) => ({ cell, step }));
  const cells = [
    ...pilot,
    ...evaluated([...trained, ...relabelled]),
    ...(profile.controls ? shuffled : []),
    ...variants,
    ...evaluated(byMethods),
  ];
  const samples = Object.values(sources).map((source) => source.samples);
  const steps = withNeeds([
    benchmark,
    captions,
    ...pilot.map(({ step }) => step),
    ...samples,
    ...cells.map(({ step }) => step),
  ]);
  return { benchmark, captions, sources, trainings: [...trained, ...relabelled, ...byMethods], cells, steps };
}
