import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { modelInfo } from "@huggingface/hub";
import { parse } from "yaml";
import type { FinishedRun } from "./find";

/** Whether a text is a name on the Hub, "user/name": other texts would lead elsewhere in the paths of its API. */
export const isHubName = (text: string): boolean =>
  /^\w(?:[\w.-]{0,94}\w)?\/\w(?:[\w.-]{0,94}\w)?$/.test(text) && !/\.\.|--|\.git$/.test(text);

/** The base model of an adapter. */
export interface BaseModel {
  /** A folder, or a name on the Hub. */
  path: string;
  /** On the Hub: the commit, or the branch or tag that was asked for. */
  revision: string | undefined;
  isHub: boolean;
  /** Page of its card on the Hub. */
  page: string | undefined;
}

/** The base model that a run's adapter names. */
export function baseModel(root: string, { folder, spec }: FinishedRun): BaseModel {
  const config = JSON.parse(readFileSync(join(root, folder, "adapter/adapter_config.json"), "utf8"));
  const path: string = config.base_model_name_or_path;
  const { model } = spec.spec as { model: { hub?: string; revision?: string } };
  const isHub = model.hub !== undefined && isHubName(path); // else it is a folder of another machine
  const revision: string | undefined = config.revision ?? model.revision;
  return { path, revision, isHub, page: isHub ? `https://huggingface.co/${path}` : undefined };
}

/** A licence as a card on the Hub states it. */
export interface Licence {
  license: string;
  license_name?: string;
  license_link?: string;
}

/** The licence that the base model's card states; undefined if there is no card here, or it states none. */
export async function licenceOf(
  root: string,
  { path, revision, isHub }: BaseModel,
  hub: { token?: string; hubUrl?: string },
): Promise<Licence | undefined> {
  const stated = isHub ? await hubCard(path, revision, hub) : folderCard(resolve(root, path));
  if (!stated?.license) return undefined;
  const { license, license_name, license_link } = stated;
  return { license, ...(license_name && { license_name }), ...(license_link && { license_link }) };
}

/** The Hub may be out of reach, or the model may be gated: then its licence is not known here. */
async function hubCard(
  name: string,
  revision: string | undefined,
  { token, hubUrl }: { token?: string; hubUrl?: string },
): Promise<Partial<Licence> | undefined> {
  const credentials = token ? { accessToken: token as `hf_${string}` } : {};
  const info = await modelInfo({ name, revision, hubUrl, additionalFields: ["cardData"], ...credentials }).catch(
    () => undefined,
  );
  return info?.cardData as Partial<Licence> | undefined;
}

function folderCard(folder: string): Partial<Licence> | undefined {
  const file = join(folder, "README.md");
  const head = existsSync(file) ? /^---\n(.*?)\n---\n/s.exec(readFileSync(file, "utf8")) : null;
  return head ? parse(head[1]!) : undefined;
}
