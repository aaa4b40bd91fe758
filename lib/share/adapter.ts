import { type BaseModel, baseModel, type Licence, licenceOf } from "./base-model";
import { type Evaluation, evaluationsOf } from "./evaluations";
import type { FinishedRun } from "./find";
import { studyOf } from "./recompute";

/** A trained adapter, and all that its card says of it. */
export interface SharedAdapter {
  root: string;
  runs: readonly FinishedRun[];
  train: FinishedRun;
  base: BaseModel;
  licence: Licence | undefined;
  evaluations: Evaluation[];
  /** As `--profile` takes it; undefined if no profile of the kit has the run. */
  profile: string | undefined;
  /** What the study's numbers are evidence of. */
  evidence: string | undefined;
}

export interface AdapterOptions {
  /** A profile that has the run. */
  profile?: string;
  token?: string;
  hubUrl?: string;
}

/** Gathers what is known of a training's adapter. On the Hub, it asks for the base model's licence alone. */
export async function describeAdapter(
  root: string,
  runs: readonly FinishedRun[],
  train: FinishedRun,
  options: AdapterOptions,
): Promise<SharedAdapter> {
  const base = baseModel(root, train);
  const study = studyOf(root, train.id, options.profile);
  return {
    root,
    runs,
    train,
    base,
    licence: await licenceOf(root, base, options),
    evaluations: evaluationsOf(runs, train),
    profile: options.profile ?? study?.profile.name,
    evidence: study?.profile.evidence,
  };
}
