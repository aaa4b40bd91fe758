import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { projectRoot } from "../../lib/root";

const lib = join(projectRoot(), "lib");
const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/**
 * Before packages, tslab's `require` looks for a module beside the one that imports (`requireFromSideOutputs` in
 * tslab/dist/executor.js), also for names without "./". A file `yaml.ts` that imports the package "yaml" would then
 * import itself in notebooks, without end, and only there.
 */
it("imports no package that has the name of a file beside the one that imports it", () => {
  const imported = files.flatMap((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(lib, file), "utf8"));
    return importedFiles.map(({ fileName }) => ({ file, name: fileName }));
  });
  const packages = imported.filter(({ name }) => !name.startsWith("."));
  expect(packages.length).toBeGreaterThan(100);
  const mistaken = packages.filter(({ file, name }) => files.includes(join(dirname(file), `${name}.ts`)));
  expect(mistaken).toEqual([]);
});
