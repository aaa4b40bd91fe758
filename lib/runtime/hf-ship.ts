import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type HfHub, HubError, inTurn } from "./hf-hub";
import { codeIn, type JobSpec } from "./inputs";
import { once } from "./once";

/** Where the inputs of jobs lie: `objects/SHA-256`, `code/HASH/`, `jobs/ID/spec.json`. */
export interface Shipper {
  /** Sends what is not there yet, in one commit. @returns the commit that has all, and the code's folder */
  ship(id: string, spec?: JobSpec): Promise<{ oid: string; code: string }>;
}

/** What is sent: a file, or a text. */
type Content = URL | Blob;

export function createShipper(
  hub: HfHub,
  { repo, bucket, root, code }: { repo: string; bucket: string; root: string; code: string },
): Shipper {
  const { names, hash } = codeIn(code);
  const dataset = { type: "dataset" as const, name: repo };
  const listed = new Map<string, Promise<Set<string>>>();
  const turn = inTurn();

  const make = once(() => Promise.all([create(hub, dataset), create(hub, { type: "bucket", name: bucket })]));
  /** The files of a folder. What this process has sent is added to it. */
  const list = (folder: string) => {
    const found = listed.get(folder) ?? listFolder(hub, dataset, folder);
    listed.set(folder, found);
    found.catch(() => listed.delete(folder));
    return found;
  };

  async function ship(id: string, spec?: JobSpec): Promise<{ oid: string; code: string }> {
    await make();
    const wanted: { folder: string; path: string; content: Content }[] = names.map((name) => ({
      folder: `code/${hash}`,
      path: `code/${hash}/${name}`,
      content: pathToFileURL(join(code, name)),
    }));
    for (const [sha256, path] of new Map(spec?.inputs.map((one) => [one.sha256, one.path])))
      wanted.push({ folder: "objects", path: `objects/${sha256}`, content: pathToFileURL(join(root, path)) });
    if (spec)
      wanted.push({ folder: `jobs/${id}`, path: `jobs/${id}/spec.json`, content: new Blob([JSON.stringify(spec)]) });
    const there = new Map<string, Set<string>>();
    for (const { folder } of wanted) if (!there.has(folder)) there.set(folder, await list(folder));
    const missing = wanted.filter(({ folder, path }) => !there.get(folder)!.has(path));
    if (missing.length === 0) return { oid: await head(hub, repo), code: hash };
    const oid = await commit(hub, dataset, `Job ${id}`, missing);
    for (const { folder, path } of missing) there.get(folder)!.add(path);
    return { oid, code: hash };
  }
  return { ship: (id, spec) => turn(() => ship(id, spec)) }; // commits to one branch at the same time fail
}

type Place = { type: "dataset" | "bucket"; name: string };

async function create(hub: HfHub, repo: Place): Promise<void> {
  try {
    await hub.call(({ createRepo }, access) => createRepo({ ...access, repo, visibility: "private" }));
  } catch (error) {
    if (!(error instanceof HubError && error.status === 409)) throw error; // 409: it exists already
  }
}

async function listFolder(hub: HfHub, repo: Place, path: string): Promise<Set<string>> {
  try {
    return await hub.call(async ({ listFiles }, access) => {
      const found = new Set<string>();
      for await (const file of listFiles({ ...access, repo, path })) found.add(file.path);
      return found;
    });
  } catch (error) {
    if (error instanceof HubError && error.status === 404) return new Set();
    throw error;
  }
}

const head = (hub: HfHub, name: string): Promise<string> =>
  hub.call(
    async ({ datasetInfo }, access) =>
      (await datasetInfo({ ...access, name, revision: "main", additionalFields: ["sha"] })).sha,
  );

/** Statuses of a commit that came too late, since another process has made one. */
const CONFLICT = [409, 412];

async function commit(
  hub: HfHub,
  repo: Place,
  title: string,
  files: { path: string; content: Content }[],
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await hub.call(({ uploadFiles }, access) =>
        uploadFiles({ ...access, repo, files, commitTitle: title, useXet: false }),
      );
      return made!.commit.oid;
    } catch (error) {
      if (!(error instanceof HubError && CONFLICT.includes(error.status)) || attempt === 5) throw error;
    }
    await sleep(1000 * attempt * Math.random());
  }
}
