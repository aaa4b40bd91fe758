// The notebooks' kernel: tslab, started in the project's folder, so that every notebook can import ./lib/index.
//
// tslab would check and compile all of lib in the first cell of every kernel, which takes 10 s on a fast machine. Here
// it only reads lib's types; Node loads lib as it does for the command line, compiled once. `npm run check` checks it.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";

const lib = dirname(fileURLToPath(import.meta.url)) + sep;
process.chdir(dirname(lib));
const require = createRequire(import.meta.url);
require("./load-typescript.cjs");

/** Whether a file is one of lib; TypeScript separates folders with "/" on every system. */
const isOurs = (file) => file.startsWith(lib.replaceAll(sep, "/"));

/** Lets the next import load lib anew. */
function forgetLib() {
  for (const file of Object.keys(require.cache)) if (file.startsWith(lib)) delete require.cache[file];
}

const path = require.resolve("@tslab/typescript-for-tslab");
const typescript = require(path);

/** What tslab compiles a cell with, but it names no file of lib among those that the cell needs compiled. */
function createBuilder(...given) {
  const builder = typescript.createEmitAndSemanticDiagnosticsBuilderProgram(...given);
  const { getAllDependencies } = builder;
  return Object.assign(builder, {
    getAllDependencies: (file) => getAllDependencies(file).filter((one) => !isOurs(one)),
  });
}

function createWatchCompilerHost(files, options, system, _builder, ...reports) {
  const { watchFile } = system;
  system.watchFile = (file, onChange, ...rest) =>
    watchFile(
      file,
      (...change) => {
        if (isOurs(file)) forgetLib();
        onChange(...change);
      },
      ...rest,
    );
  return typescript.createWatchCompilerHost(files, options, system, createBuilder, ...reports);
}
require.cache[path].exports = { ...typescript, createWatchCompilerHost };

const tslab = require.resolve("tslab/bin/tslab");
process.argv = [process.execPath, tslab, "kernel", "--config-path", process.argv[2]];
require(tslab);
