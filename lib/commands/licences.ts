import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonPackages } from "../python-packages";
import { type NodePackage, nodePackages } from "./packages";

/** The licences of the packages that are installed in node_modules and .venv. */
export interface Licences {
  /** How many packages have each licence, the most frequent first. */
  counts: Record<string, number>;
  /** Packages with a licence that asks for more than a notice, or with none that is known. */
  toRead: { name: string; version: string; licence: string }[];
}

/** Licences that ask for no more than that they, and the authors, are named. */
const PERMISSIVE =
  /^(MIT(-0|-CMU)?|Apache-2\.0|BSD-[23]-Clause|BSD|0BSD|ISC|Unlicense|CC0-1\.0|BlueOak-1\.0\.0|PSF-2\.0|Python-2\.0|CNRI-Python|Zlib|BSL-1\.0|HPND|WTFPL|CC-BY-[34]\.0)$/;

/** SPDX names of what Python packages write in free text. */
const SPELLINGS: [RegExp, string][] = [
  [/Mozilla Public License 2|\bMPL[ -]2/, "MPL-2.0"],
  [/Apache/i, "Apache-2.0"],
  [/3-Clause|3 Clause|New BSD|Modified BSD/i, "BSD-3-Clause"],
  [/2-Clause|Simplified BSD/i, "BSD-2-Clause"],
  [/\bBSD\b/i, "BSD"],
  [/\bISC\b/i, "ISC"],
  [/Python Software Foundation|^PSF/i, "PSF-2.0"],
  [/\bMIT\b/i, "MIT"],
];

/** Counts the licences of all installed packages. */
export function licencesOf(root: string): Licences {
  const packages = [
    ...nodePackages(root).map((found) => ({
      name: found.path.split("node_modules/").at(-1)!,
      version: found.version,
      licence: nodeLicence(found),
    })),
    ...pythonPackages(root).map(({ name, version, folder }) => ({ name, version, licence: pythonLicence(folder) })),
  ];
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const sorted = [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
  return { counts: Object.fromEntries(sorted), toRead: packages.filter(({ licence }) => !isPermissive(licence)) };
}

/** The counts, then the packages to look at, as lines. */
export function licenceLines({ counts, toRead }: Licences): string[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    `Licences of the ${total} installed packages (Node and Python), as each package states its own:`,
    ...Object.entries(counts).map(([licence, count]) => `${String(count).padStart(5)}  ${licence}`),
    "",
    "Not known to be permissive:",
    ...toRead.map(({ name, version, licence }) => `       ${name} ${version}: ${licence}`),
  ];
}

/** Whether an SPDX expression can be met with permissive licences alone. */
const isPermissive = (licence: string): boolean =>
  licence
    .replace(/[()]/g, "")
    .split(/ OR /i)
    .some((choice) => choice.split(/ AND /i).every((name) => PERMISSIVE.test(name.replace(/ WITH .*/, "").trim())));

function nodeLicence({ license, licenses }: NodePackage): string {
  const stated = [license ?? licenses].flat().map((one) => (one as { type?: string } | undefined)?.type ?? one);
  return stated.filter((name) => typeof name === "string").join(" OR ") || "not stated";
}

/** From the METADATA of a package: its SPDX expression, or else what its classifiers or its free text say. */
function pythonLicence(folder: string): string {
  const file = join(folder, "METADATA");
  if (!existsSync(file)) return "not stated";
  const head = readFileSync(file, "utf8").split(/\r?\n\r?\n/, 1)[0]!;
  const expression = /^License-Expression: *(.+)$/m.exec(head)?.[1];
  if (expression) return expression;
  const classifiers = [...head.matchAll(/^Classifier: License :: OSI Approved :: (.+)$/gm)].map(([, text]) => text!);
  const free = /^License: *(.+)$/m.exec(head)?.[1];
  const texts = classifiers.length ? classifiers : free ? [free] : [];
  const names = texts.map((text) => SPELLINGS.find(([sign]) => sign.test(text))?.[1] ?? text.slice(0, 60));
  return [...new Set(names)].join(" AND ") || "not stated";
}
