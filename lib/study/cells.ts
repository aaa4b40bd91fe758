/** Identifies an adapter by its training text and seed. */
export interface TrainingKey {
  /** Id of the source in the profile, or "own-labels". */
  source: string;
  /** Training samples. */
  size: number;
  /** Random seed of the training. */
  seed: number;
}

/** "shuffled-picture": each item is shown with another item's picture. */
export type Variant = "plain" | "shuffled-picture";

/** The key of every number of a study: the model, its input, the variant, and the training before. */
export interface Cell {
  /** Id of the model in the profile. */
  model: string;
  input: "picture" | "caption";
  variant: Variant;
  trained?: TrainingKey;
}

/** Id of the source in the control that trains a VLM on the teacher's questions with its own answers. */
export const OWN_LABELS = "own-labels";

/** A cell as text: equal cells have equal keys. */
export const cellKey = ({ model, input, variant, trained }: Cell): string =>
  JSON.stringify([model, input, variant, ...(trained ? [trained.source, trained.size, trained.seed] : [])]);

/** A VLM on the items' own pictures, before or after training. */
export const pictureCell = (model: string, trained?: TrainingKey): Cell => ({
  model,
  input: "picture",
  variant: "plain",
  ...(trained && { trained }),
});

/** An LLM on captions. */
export const captionCell = (model: string): Cell => ({ model, input: "caption", variant: "plain" });
