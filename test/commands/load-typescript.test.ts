import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

let root: string;
const file = (path: string) => join(root, path);
const cached = () => readdirSync(file("node_modules/.cache/words-over-vision/typescript"));
const run = () => {
  const args = ["--require", file("lib/load-typescript.cjs"), file("lib/a.ts")];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return stdout + stderr;
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "wov-hook-"));
  for (const folder of ["lib", "node_modules"]) mkdirSync(file(folder));
  copyFileSync("lib/load-typescript.cjs", file("lib/load-typescript.cjs"));
  symlinkSync(resolve("node_modules/esbuild"), file("node_modules/esbuild"));
  writeFileSync(
    file("lib/a.ts"),
    `import { b } from "./b";\nconst later = import("./c");\nlater.then(({ c }) => console.log(b, c));\n`,
  );
  writeFileSync(file("lib/b.ts"), `export const b: number = 1;\n`);
  writeFileSync(file("lib/c.ts"), `export const c = "now" satisfies string;\n`);
});
afterAll(() => rmSync(root, { recursive: true }));

it("loads TypeScript, also later, and keeps what it compiled until the source changes", () => {
  expect(run()).toBe("1 now\n");
  expect(cached()).toHaveLength(3);
  rmSync(file("node_modules/esbuild")); // nothing is compiled the second time
  expect(run()).toBe("1 now\n");
  symlinkSync(resolve("node_modules/esbuild"), file("node_modules/esbuild"));
  writeFileSync(file("lib/b.ts"), `export const b: number = 2;\n`);
  expect(run()).toBe("2 now\n");
  expect(cached()).toHaveLength(3);
});

it("does without a cache where none can be written, or where it is damaged", () => {
  for (const name of cached())
    writeFileSync(file(`node_modules/.cache/words-over-vision/typescript/${name}`), "broken(");
  expect(run()).toBe("2 now\n");
  rmSync(file("node_modules/.cache"), { recursive: true });
  writeFileSync(file("node_modules/.cache"), "a file");
  expect(run()).toBe("2 now\n");
});
