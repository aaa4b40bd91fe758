// Lets `require` load TypeScript: compiled by esbuild, kept in node_modules/.cache until the source changes. tsx would do,
// but also parses each file of every package: it makes a command that loads them all start in twice the time.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");

const CACHE = join(dirname(__dirname), "node_modules/.cache/words-over-vision/typescript");
const OPTIONS = {
  loader: "ts",
  format: "cjs",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  sourcesContent: false,
  supported: { "dynamic-import": false }, // `import()` would not go through `require`, nor find a file without its ending
};
const hash = (...texts) => createHash("sha256").update(texts.join("\0")).digest("hex");

Module._extensions[".ts"] = (module, file) => module._compile(compiled(file), file);

function compiled(file) {
  const source = readFileSync(file, "utf8");
  const cached = join(CACHE, `${hash(file).slice(0, 32)}.js`);
  const stamp = `/* ${hash(source, JSON.stringify(OPTIONS))} */`; // on the first line, so that line numbers stay
  const known = readIfThere(cached);
  if (known.startsWith(stamp)) return known;
  const code = stamp + require("esbuild").transformSync(source, { ...OPTIONS, sourcefile: file }).code;
  keep(cached, code);
  return code;
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Written beside and renamed, so that another process never reads half a file. */
function keep(file, code) {
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, code);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A folder that cannot be written: the next start compiles again.
  }
}
