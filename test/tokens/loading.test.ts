import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../lib/root";

/** Loads the room as the command line and notebooks do, counts, and prints which of its packages were loaded when. */
const SCRIPT = `
const project = require("node:module").createRequire(process.cwd() + "/lib/wov.mjs");
project("./load-typescript.cjs");
const packages = /node_modules.(gpt-tokenizer|@huggingface.(?:tokenizers|jinja)|image-size)/;
const loaded = () => [...new Set(Object.keys(require.cache).flatMap((file) => packages.exec(file)?.[1] ?? []))].sort();
const { openTokenCounter } = project("./tokens/index.ts");
const start = loaded();
(async () => {
  const counts = [];
  for (const model of [{ path: "data/pocket/models/llama" }, { openai: "gpt-4o" }])
    counts.push((await openTokenCounter(process.cwd(), model)).text("A"));
  console.log(JSON.stringify({ start, counts, end: loaded() }));
})();
`;

it("loads by require, and its packages only when a counter is opened", () => {
  const options = { cwd: projectRoot(), encoding: "utf8" as const };
  const printed = execFileSync(process.execPath, ["-e", SCRIPT], options);
  expect(JSON.parse(printed)).toEqual({
    start: [],
    counts: [1, 1],
    end: [join("@huggingface", "jinja"), join("@huggingface", "tokenizers"), "gpt-tokenizer", "image-size"],
  });
});
