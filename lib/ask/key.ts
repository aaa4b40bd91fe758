import { existsSync } from "node:fs";
import { join } from "node:path";

/** The endpoint's key, from the environment or else from `.env` in the project; it is read from nowhere else. */
export function apiKeyOf(root: string): string | undefined {
  const file = join(root, ".env");
  if (!process.env.OPENAI_API_KEY && existsSync(file)) process.loadEnvFile(file);
  return process.env.OPENAI_API_KEY || undefined;
}
