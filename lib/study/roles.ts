import type { Profile } from "./profile";

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

/** The sources whose text a VLM is trained on: the shared ones and its own base model. */
export function sourcesFor(profile: Profile, model: string): string[] {
  const own = ownSource(profile, model);
  return [...new Set([...profile.shared_sources, ...(own ? [own] : [])])];
}

/** The sizes at which VLMs are trained on a source's text. */
export const sizesOf = ({ sources, sizes }: Profile, source: string): number[] => sources[source]!.sizes ?? sizes;

/** The size at which the controls train: the middle one. */
export const controlSize = ({ sizes }: Profile): number => sizes[Math.floor(sizes.length / 2)]!;
