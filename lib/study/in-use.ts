import { existsSync } from "node:fs";
import { join } from "node:path";
import { isLocal } from "../ask/index";
import { snapshotFolder } from "../hub";
import type { Dataset } from "../synthesis/index";
import type { Context } from "./context";
import { endpointSteps } from "./spent";
import type { Step } from "./step";

/** An endpoint of the profile that steps ask, and the models that they ask there. */
export interface EndpointInUse {
  id: string;
  url: string;
  /** Name of the variable that holds its key. */
  key: string;
  /** Whether it is on this machine, and so needs no key. */
  isLocal: boolean;
  models: string[];
}

/** The endpoints of the profile that steps ask. */
export function endpointsInUse({ profile }: Context, steps: readonly Step[]): EndpointInUse[] {
  const backends = endpointSteps(steps).map(({ backend }) => backend);
  return Object.entries(profile.endpoints).flatMap(([id, { url, key }]) => {
    const models = [...new Set(backends.flatMap((backend) => (backend.id === id ? [backend.modelName] : [])))];
    return models.length > 0 ? [{ id, url, key, isLocal: isLocal(url), models }] : [];
  });
}

/** A model that jobs will download from the Hub. */
export interface HubModel {
  /** Its id in the profile. */
  id: string;
  path: string;
  revision?: string;
  gated: boolean;
}

/** The models that steps load from the Hub: those that are neither a folder here nor in the Hub's cache. */
export function hubModels({ root, profile }: Context, steps: readonly Step[]): HubModel[] {
  const used = new Set(steps.flatMap(({ work }) => (work.kind === "job" ? [work.model.path] : [])));
  return Object.entries(profile.models).flatMap(([id, { path, revision, gated }]) => {
    if (path === undefined || !used.has(path)) return [];
    const isHere = [join(root, path), join(snapshotFolder(path, revision), "config.json")].some((place) =>
      existsSync(place),
    );
    return isHere ? [] : [{ id, path, revision, gated }];
  });
}

/** Names of the models on the Hub whose licence has to be accepted first. */
export const gatedModels = (context: Context, steps: readonly Step[]): string[] => [
  ...new Set(hubModels(context, steps).flatMap(({ path, gated }) => (gated ? [path] : []))),
];

/** The datasets that steps read as sources of training text. */
export const datasetsInUse = (steps: readonly Step[]): Dataset[] => steps.flatMap(({ dataset }) => dataset ?? []);
