import type { Profile } from "./profile";
import type { CheckedSource } from "./profile-parts";

const modelsOfKind = (profile: Profile, kind: "llm" | "vlm") =>
  Object.keys(profile.models).filter((id) => profile.models[id]!.kind === kind);

/** Ids of the vision-language models. */
export const vlmsOf = (profile: Profile): string[] => modelsOfKind(profile, "vlm");

/** Ids of the vision-language models whose weights are there to be trained. */
export const trainedVlms = (profile: Profile): string[] =>
  vlmsOf(profile).filter((id) => profile.models[id]!.path !== undefined);

/** Ids of the language models. */
export const llmsOf = (profile: Profile): string[] => modelsOfKind(profile, "llm");

/** The source that is the VLM's own base model, if the base model is a source. */
export function ownSource(profile: Profile, model: string): string | undefined {
  const base = profile.models[model]!.base;
  return Object.entries(profile.sources).find(([, s]) => s.kind === "model" && s.model === base)?.[0];
}

/** The sources that are the checked text of a source. */
export const checkedOf = ({ sources }: Profile, source: string): { id: string; entry: CheckedSource }[] =>
  Object.entries(sources).flatMap(([id, entry]) =>
    entry.kind === "checked" && entry.source === source ? [{ id, entry }] : [],
  );

/** A source that is made from another one's text, and what becomes of samples whose answer is not given again. */
export interface RemadeSource {
  source: string;
  keep: CheckedSource["check"]["keep"];
}

/** The sources that are made from the text of the VLM's own base model. */
export function remadeSources(profile: Profile, model: string): RemadeSource[] {
  const own = ownSource(profile, model);
  const checked = own === undefined ? [] : checkedOf(profile, own);
  return checked.map(({ id, entry }) => ({ source: id, keep: entry.check.keep }));
}

/** The source that holds the text of the VLM's own base model of which the model stands by each answer. */
export const ownCheckedSource = (profile: Profile, model: string): string | undefined =>
  remadeSources(profile, model).find(({ keep }) => keep !== "relabel")?.source;

/** The sources whose text a VLM is trained on: the shared ones, and its own base model's, as written and checked. */
export function sourcesFor(profile: Profile, model: string): string[] {
  const own = ownSource(profile, model);
  const remade = remadeSources(profile, model).map(({ source }) => source);
  return [...new Set([...profile.shared_sources, ...(own ? [own] : []), ...remade])];
}

/** The sizes at which VLMs are trained on a source's text. */
export const sizesOf = ({ sources, sizes }: Profile, source: string): number[] => sources[source]!.sizes ?? sizes;

/** The size at which the controls train: the middle one. */
export const controlSize = ({ sizes }: Pick<Profile, "sizes">): number => sizes[Math.floor(sizes.length / 2)]!;
