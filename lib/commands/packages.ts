import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonical, pythonPackages } from "../python-packages";

/** The packages that the notebooks and jobs use, and below them all that these need. */
const PYTHON_LOCKS = ["remote/requirements.txt", "notebooks/requirements.txt"];

/** An installed Node package. */
export interface NodePackage {
  /** Its folder below the project: node_modules/zod. */
  path: string;
  version: string;
  /** As package.json states it; in old packages an object or a list. */
  license?: unknown;
  licenses?: unknown;
}

/** What of the Python locks is missing or installed in another version: "torch 2.12.0 instead of 2.13.0". */
export function wrongPythonPackages(root: string): string[] {
  const installed = new Map(pythonPackages(root).map(({ name, version }) => [name, version]));
  return PYTHON_LOCKS.flatMap((lock) => [...lockedVersions(readFileSync(join(root, lock), "utf8"))]).flatMap(
    ([name, { versions, everywhere }]) => {
      const found = installed.get(name);
      if (!found) return everywhere ? [`${name} is missing`] : [];
      const isRight = versions.some((version) => found === version || found.startsWith(`${version}+`)); // 2.13.0+cpu
      return isRight ? [] : [`${name} ${found} instead of ${versions.join(" or ")}`];
    },
  );
}

/** Packages of a lock with their versions; a package may have several, each for some systems or Pythons only. */
function lockedVersions(lock: string): Map<string, { versions: string[]; everywhere: boolean }> {
  const packages = new Map<string, { versions: string[]; everywhere: boolean }>();
  for (const [, name, version, condition] of lock.matchAll(/^([\w.-]+)==(\S+) *(;)?/gm)) {
    const entry = packages.get(canonical(name!)) ?? { versions: [], everywhere: !condition };
    entry.versions.push(version!);
    packages.set(canonical(name!), entry);
  }
  return packages;
}

/** What of package-lock.json is missing or installed in another version. */
export function wrongNodePackages(root: string): string[] {
  return Object.entries(nodeLock(root)).flatMap(([path, { version, optional }]) => {
    const found = readPackage(root, path)?.version;
    if (!found) return optional ? [] : [`${path} is missing`];
    return found === version ? [] : [`${path} ${found} instead of ${version}`];
  });
}

/** The Node packages of package-lock.json that are installed. */
export function nodePackages(root: string): NodePackage[] {
  return Object.keys(nodeLock(root)).flatMap((path) => readPackage(root, path) ?? []);
}

/** The packages from a registry in package-lock.json, by folder. */
function nodeLock(root: string): Record<string, { version: string; optional?: boolean }> {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const entries = Object.entries<{ version: string; optional?: boolean; link?: boolean }>(packages);
  return Object.fromEntries(entries.filter(([path, { link }]) => path.includes("node_modules/") && !link));
}

function readPackage(root: string, path: string): NodePackage | undefined {
  const file = join(root, path, "package.json");
  return existsSync(file) ? { ...JSON.parse(readFileSync(file, "utf8")), path } : undefined;
}
