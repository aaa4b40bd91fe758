import { WovError } from "../errors";
import { secretOf } from "../secret";
import { isLocal } from "./endpoint";

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
