import { existsSync } from "node:fs";
import { join } from "node:path";

/** A secret, from the environment or else from `.env` in the project; it is read from nowhere else. */
export function secretOf(root: string, name: string): string | undefined {
  const file = join(root, ".env");
  if (!process.env[name] && existsSync(file)) process.loadEnvFile(file);
  return process.env[name] || undefined;
}

/** The endpoint's key. */
export const apiKeyOf = (root: string): string | undefined => secretOf(root, "OPENAI_API_KEY");
