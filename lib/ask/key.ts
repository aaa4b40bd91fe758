import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { WovError } from "../errors";
import { isLocal } from "./endpoint";

/**
 * A secret, from the environment or else from `.env` in the project. Only this one is read: what else is in `.env`
 * does not enter the environment, which jobs and their machines inherit.
 */
export function secretOf(root: string, name: string): string | undefined {
  const file = join(root, ".env");
  if (process.env[name]) return process.env[name];
  return (existsSync(file) && parseEnv(readFileSync(file, "utf8"))[name]) || undefined;
}

/** The variable that holds the key of an endpoint, unless another one is named. */
export const API_KEY = "OPENAI_API_KEY";

/**
 * The key of an endpoint; one on this machine may do without.
 *
 * @throws WovError that names the variable
 */
export function keyOf(root: string, baseURL: string, variable = API_KEY): string {
  const key = secretOf(root, variable);
  if (!key && !isLocal(baseURL))
    throw new WovError(
      `no key for ${baseURL}: set ${variable} in the environment or in a file .env (it is not written anywhere)`,
      2,
    );
  return key ?? "none";
}
