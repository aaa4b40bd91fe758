// Lets `require` load TypeScript. esbuild compiles each file once; the result is cached in node_modules/.cache until
// the source changes. tsx would work, but it also parses every file of every package: commands with many packages would
// take twice as long to start.
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
  supported: { "dynamic-import": false }, // a native `import()` bypasses `require` and needs file extensions
};
const hash = (...texts) => createHash("sha256").update(texts.join("\0")).digest("hex");

Module._extensions[".ts"] = (module, file) => module._compile(compiled(file), file);

function compiled(file) {
  const source = readFileSync(file, "utf8");
  const cached = join(CACHE, `${hash(file).slice(0, 32)}.js`);
  const stamp = `/* ${hash(source, JSON.stringify(OPTIONS))} */`; // on the first line, so that line numbers do not change
  const earlier = readIfExists(cached);
  if (earlier.startsWith(stamp)) return earlier;
  const code = stamp + require("esbuild").transformSync(source, { ...OPTIONS, sourcefile: file }).code;
  store(cached, code);
  return code;
}

function readIfExists(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Writes a temporary file and renames it, so that no other process reads half a file. */
function store(file, code) {
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, code);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // The folder cannot be written to: the next start compiles again.
  }
}
