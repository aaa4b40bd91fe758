import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package in the project's Python environment. */
export interface PythonPackage {
  /** In lower case, with hyphens: huggingface-hub. */
  name: string;
  version: string;
  /** The folder of its metadata. */
  folder: string;
}

/** The packages in .venv, from the names of their metadata folders, since asking pip takes a second. */
export function pythonPackages(root: string): PythonPackage[] {
  const venv = join(root, ".venv");
  const libraries = [join(venv, "Lib"), ...namesIn(join(venv, "lib")).map((name) => join(venv, "lib", name))];
  return libraries.flatMap((library) => {
    const packages = join(library, "site-packages");
    return namesIn(packages).flatMap((folder) => {
      const [, name, version] = /^(.+)-([^-]+)\.dist-info$/.exec(folder) ?? [];
      return name && version ? [{ name: canonical(name), version, folder: join(packages, folder) }] : [];
    });
  });
}

/** The name of a package as all its spellings have it in common (PEP 503). */
export const canonical = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** The version of Python with which .venv was made. */
export function pythonVersion(root: string): string | undefined {
  try {
    return /^version(?:_info)? *= *(\S+)/m.exec(readFileSync(join(root, ".venv/pyvenv.cfg"), "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
