import { existsSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { checkpointOf, TEMPLATE_DATE, type TrainLayout, type TrainSettings } from "../runtime/index";
import { openRun } from "../store/index";
import type { PromptCompletion } from "../synthesis/index";
import { jobModel, modelBackend } from "./backend";
import { type Cell, pictureCell, type TrainingKey } from "./cells";
import type { Context } from "./context";
import type { Inputs } from "./inputs";
import { modelIdentity } from "./model-identity";
import { decideOnPictures } from "./pilot";
import type { Profile } from "./profile";
import type { Group, Step } from "./step";

/** An adapter trained on text alone, and how its model then decides on pictures. */
export interface Training {
  model: string;
  trained: TrainingKey;
  cell: Cell;
  train: Step;
  evaluate: Step;
}

/** The text that an adapter is trained on. */
export interface TrainingText {
  source: string;
  size: number;
  /** The step that makes the text, and the file, relative to the project's folder. */
  from: Step;
  file: string;
  /** Samples on which the training is watched, if there are any. */
  validation: string | null;
  /** The lines of the file, or some that are assumed to be like them. */
  lines(inputs: Inputs): PromptCompletion[];
}

/** Version of `remote/train.py`: change it when equal settings give another adapter than before. */
const TRAINER = "wov/1";

/** Random seeds of the trainings. */
export const trainingSeeds = ({ profile }: Context): number[] => profile.training.seeds ?? [profile.seed];

/**
 * Trains a VLM on text with LoRA (paper, section 3.2, Appendix B.4), then shows it the pictures; once per seed. The
 * paper says only "projection layers"; the kit adapts those of the language model.
 *
 * @param method of the profile, which changes some of its settings of training
 */
export const trainings = (
  context: Context,
  benchmark: Step,
  model: string,
  text: TrainingText,
  group: Group,
  method?: string,
): Training[] =>
  trainingSeeds(context).map((seed) => {
    const { source, size } = text;
    const trained = { source, size, seed, ...(method && { method }) };
    const suffix = describe(context, trained);
    const train = trainStep(context, model, text, trained, group);
    const evaluate = decideOnPictures(context.root, benchmark, {
      backend: modelBackend(context, model, train),
      prompts: context.prompts.asking,
      maxTokens: context.profile.decoding.answer_tokens,
      group,
      suffix,
    });
    return { model, trained, cell: pictureCell(model, trained), train, evaluate };
  });

/** "trained on 500 from teacher", with the seed if there are several, and with the method if it is not the usual one. */
const describe = (context: Context, trained: TrainingKey): string =>
  `trained on ${trained.size} from ${trained.source}${seedSuffix(context, trained)}${trained.method ? `, ${trained.method}` : ""}`;

/** ", seed 7" if there are several seeds: steps have different names. */
export const seedSuffix = (context: Context, { seed }: TrainingKey): string =>
  trainingSeeds(context).length > 1 ? `, seed ${seed}` : "";

/** How a runtime trains. It is no cause of results, and so in no run's id. */
const layoutOf = ({ training }: Profile["runtime"]): TrainLayout => ({
  microBatch: training?.micro_batch ?? null,
  gradientCheckpointing: training?.gradient_checkpointing ?? null,
  packing: training?.packing ?? "auto",
  processes: training?.gpus ?? 1,
});

function trainStep(context: Context, model: string, text: TrainingText, trained: TrainingKey, group: Group): Step {
  const { root, profile } = context;
  const { label: _, ...changes } = trained.method ? profile.methods[trained.method]! : { label: "" };
  const { learning_rate: learningRate, seeds: __, ...rest } = { ...profile.training, ...changes };
  // Without validation samples, as in a control, there is no best adapter to keep.
  const keep = text.validation ? rest.keep : "last";
  const settings: TrainSettings = { ...rest, keep, learningRate, seed: trained.seed };
  const base = jobModel(profile, model);
  const name = `${model} is ${describe(context, trained)}`;
  const run = openRun(root, {
    step: "train",
    name: [model, text.source, text.size, trained.method].filter((part) => part !== undefined).join("-"),
    spec: {
      engine: TRAINER,
      model: modelIdentity(root, base),
      dtype: base.dtype,
      date: TEMPLATE_DATE,
      settings,
      file: basename(text.file),
    },
    parents: [text.from.run.id],
  });
  return {
    name,
    group,
    run,
    needs: [text.from],
    uses: "gpu",
    forecast: (inputs) => ({
      kind: "training",
      model,
      lines: text.lines(inputs),
      count: text.size,
      epochs: settings.epochs,
      batch: settings.batch,
    }),
    work: {
      kind: "job",
      model: base,
      prepare: run.begin.bind(run),
      task: () => ({
        kind: "train",
        name,
        train: text.file,
        validation: text.validation,
        adapter: run.path("adapter"),
        log: run.path("records.jsonl"),
        settings: { ...settings, ...layoutOf(profile.runtime) },
      }),
      outcome: () => {
        if (!existsSync(join(root, run.path("adapter")))) throw new Error(`${name}: the job left no adapter`);
        rmSync(join(root, checkpointOf({ adapter: run.path("adapter") })), { force: true });
        return { counts: { samples: text.size, logged: run.records().length } };
      },
    },
  };
}
