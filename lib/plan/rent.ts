import { openRuntime } from "../runtime/index";
import type { Study } from "../study/index";

/** What the runtime's machines cost. */
export interface Rent {
  /** "Hugging Face Jobs, a100-large" */
  runtime: string;
  usdPerHour?: number;
  /** Why the price is not known. */
  unknown?: string;
}

/** Asks a runtime that rents machines what they cost; undefined for one that does not. */
export async function rentOf({ root, profile }: Study): Promise<Rent | undefined> {
  if (profile.runtime.kind !== "hf-jobs") return undefined;
  const runtime = "Hugging Face Jobs";
  try {
    const opened = await openRuntime(root, profile.runtime);
    const { usdPerHour } = await opened.describe();
    return { runtime: opened.label, ...(usdPerHour !== undefined && { usdPerHour }) };
  } catch (error) {
    return { runtime, unknown: (error as Error).message };
  }
}
