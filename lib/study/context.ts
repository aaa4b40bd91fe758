import type { BenchmarkSource } from "../benchmark/index";
import type { Profile } from "./profile";

/** What all steps of a study share. */
export interface Context {
  /** The project's folder; all paths in runs are relative to it. */
  root: string;
  profile: Profile;
  benchmark: BenchmarkSource;
}
