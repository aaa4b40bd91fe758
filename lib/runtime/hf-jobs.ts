import type { ConfigOf } from "./config";
import type { Runtime } from "./runtime";

export interface HfJobsOptions {
  root: string;
  config: ConfigOf<"hf-jobs">;
  secrets: Record<string, string>;
  code?: string;
  pollMs?: number;
}

export function createHfJobsRuntime(_options: HfJobsOptions): Runtime {
  throw new Error("not built");
}
