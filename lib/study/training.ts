import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { TrainSettings } from "../runtime/index";
import { openRun } from "../store/index";
import { modelIdentity } from "./models";
import { decideOnPictures } from "./pilot";
import type { Profile } from "./profile";
import type { Group, Step } from "./step";

/** An adapter trained on text alone, and how its model then decides on pictures. */
export interface Trained {
  model: string;
  source: string;
  size: number;
  train: Step;
  evaluate: Step;
}

/** What an adapter is trained on. */
export interface TrainingText {
  /** Names the run: "teacher". */
  source: string;
  size: number;
  /** The step that leaves the text, and its file relative to the project's folder. */
  from: Step;
  file: string;
}

/** Trains a VLM's language layers on text (paper, section 3.2, Appendix B.4), then shows it the pictures. */
export function trainedSteps(
  root: string,
  profile: Profile,
  scenes: Step,
  model: string,
  text: TrainingText,
  group: Group,
): Trained {
  const { source, size } = text;
  const train = trainStep(root, profile, model, text, group);
  const suffix = `trained on ${size} from ${source}`;
  return {
    model,
    source,
    size,
    train,
    evaluate: decideOnPictures(root, profile, scenes, { model, group, suffix, adapter: train }),
  };
}

function trainStep(root: string, profile: Profile, model: string, text: TrainingText, group: Group): Step {
  const base = profile.models[model]!.path;
  const { learning_rate: learningRate, ...rest } = profile.training;
  const settings: TrainSettings = { ...rest, learningRate, seed: profile.seed };
  const name = `train ${model} on ${text.size} from ${text.source}`;
  const run = openRun(root, {
    step: "train",
    name: `${model}-${text.source}-${text.size}`,
    spec: { model: modelIdentity(root, base), settings, file: basename(text.file) },
    parents: [text.from.run.id],
  });
  return {
    name,
    group,
    run,
    needs: [text.from],
    work: {
      kind: "job",
      base,
      task: () => ({
        kind: "train",
        name,
        train: text.file,
        adapter: run.path("adapter"),
        log: run.path("records.jsonl"),
        settings,
      }),
      outcome: () => {
        if (!existsSync(join(root, run.path("adapter")))) throw new Error(`${name}: no adapter was left`);
        return { counts: { samples: text.size, logged: run.records().length } };
      },
    },
  };
}
