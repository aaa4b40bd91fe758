import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/**
 * A secret, from the environment or else from `.env` in the project. Only this one is read: what else is in `.env`
 * does not enter the environment, which jobs and their machines inherit.
 */
export function secretOf(root: string, name: string): string | undefined {
  const file = join(root, ".env");
  if (process.env[name]) return process.env[name];
  return (existsSync(file) && parseEnv(readFileSync(file, "utf8"))[name]) || undefined;
}
