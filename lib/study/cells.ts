/** Identifies an adapter by its training text, seed and method. */
export interface TrainingKey {
  /** Id of the source in the profile, or "own-labels". */
  source: string;
  /** Training samples. */
  size: number;
  /** Random seed of the training. */
  seed: number;
  /** Id of the method in the profile, where it is not the usual one. */
  method?: string;
}

/**
 * How an item is shown: "plain", with its picture or caption; "rotation-2", with its first two options moved to the end;
 * "shuffled-picture", with another item's picture; "no-picture", with its options alone; "gold-situation", with the
 * benchmark's own sentence.
 */
export type Variant = "plain" | "shuffled-picture" | "no-picture" | "gold-situation" | `rotation-${number}`;

/** The key of every number of a study: the model, its input, the variant, and the training before. */
export interface Cell {
  /** Id of the model in the profile. */
  model: string;
  /** What the model is shown where the variant is plain. */
  input: "picture" | "caption";
  variant: Variant;
  trained?: TrainingKey;
}

/** Id of the source in the control that trains a VLM on the teacher's questions with its own answers. */
export const OWN_LABELS = "own-labels";

/** A cell as text: equal cells have equal keys. */
export const cellKey = ({ model, input, variant, trained }: Cell): string =>
  JSON.stringify([model, input, variant, ...(trained ? trainingKey(trained) : [])]);

const trainingKey = ({ source, size, seed, method }: TrainingKey) => [source, size, seed, ...(method ? [method] : [])];

/** A VLM on the items' own pictures, before or after training. */
export const pictureCell = (model: string, trained?: TrainingKey): Cell => ({
  model,
  input: "picture",
  variant: "plain",
  ...(trained && { trained }),
});

/** An LLM on captions. */
export const captionCell = (model: string): Cell => ({ model, input: "caption", variant: "plain" });
