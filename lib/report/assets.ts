import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../root";

/**
 * Writes `assets/`: the page's script and styles, and Tabulator's with its licence. Scripts are classic ones: browsers
 * load no modules from the disk.
 */
export async function writeAssets(folder: string): Promise<void> {
  const assets = join(folder, "assets");
  mkdirSync(assets, { recursive: true });
  const browser = join(projectRoot(), "lib/report/browser");
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: { report: join(browser, "main.ts"), styles: join(browser, "report.css") },
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "iife",
    target: "es2022",
    outdir: assets,
    write: false,
  });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  for (const [from, to] of TABULATOR) copyFileSync(join(packageFolder("tabulator-tables"), from), join(assets, to));
}

const TABULATOR = [
  ["dist/js/tabulator.min.js", "tabulator.js"],
  ["dist/css/tabulator_simple.min.css", "tabulator.css"],
  ["LICENSE", "tabulator-LICENSE.txt"],
] as const;

/** The folder of an installed package, wherever Node finds it. */
const packageFolder = (name: string): string => require.resolve(name).replace(/[\\/]dist[\\/].*$/, "");
