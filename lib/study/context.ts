import type { BenchmarkSource } from "../benchmark/index";
import { loadPrompts, type PromptSet } from "../prompts/index";
import type { Profile } from "./profile";

/** What all steps of a study share. */
export interface Context {
  /** The project's folder; all paths in runs are relative to it. */
  root: string;
  profile: Profile;
  benchmark: BenchmarkSource;
  /** The wordings that the profile names. */
  prompts: { asking: PromptSet; training: PromptSet; generation: PromptSet };
}

/** @throws WovError if a file of prompts is missing or wrong */
export function openContext(root: string, profile: Profile, benchmark: BenchmarkSource): Context {
  const { asking, training, generation } = profile.prompts;
  const load = (name: string) => loadPrompts(root, name);
  return {
    root,
    profile,
    benchmark,
    prompts: { asking: load(asking), training: load(training), generation: load(generation) },
  };
}
