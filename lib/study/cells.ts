/** Training text and seed of an adapter. */
export interface TrainedOn {
  /** Id of the source in the profile, or "own-labels". */
  source: string;
  /** Training samples. */
  size: number;
  /** Random seed of the training. */
  seed: number;
}

/** "shuffled-picture": each item is shown with another item's picture. */
export type Variant = "plain" | "shuffled-picture";

/** The key of every number of a study: who answered, what was shown, how, and after which training. */
export interface Cell {
  /** Id of the model in the profile. */
  model: string;
  input: "picture" | "caption";
  variant: Variant;
  trained?: TrainedOn;
}

/** The source of the control that trains on the teacher's questions with the VLM's own answers. */
export const OWN_LABELS = "own-labels";

/** A cell as text: equal cells have equal keys. */
export const cellKey = ({ model, input, variant, trained }: Cell): string =>
  JSON.stringify([model, input, variant, ...(trained ? [trained.source, trained.size, trained.seed] : [])]);

/** A VLM on the items' own pictures, before training or after it. */
export const pictureCell = (model: string, trained?: TrainedOn): Cell => ({
  model,
  input: "picture",
  variant: "plain",
  ...(trained && { trained }),
});

/** An LLM on captions. */
export const captionCell = (model: string): Cell => ({ model, input: "caption", variant: "plain" });
