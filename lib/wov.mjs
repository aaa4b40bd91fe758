#!/usr/bin/env node
// The command line. It is TypeScript, compiled as it is loaded. `npm run setup` must have run before.
import module from "node:module";

module.enableCompileCache?.(); // Node 22 and later
if (process.argv.includes("--debug")) process.setSourceMapsEnabled(true);
const require = module.createRequire(import.meta.url);
require("./load-typescript.cjs");
try {
  require("./cli.ts");
} catch (error) {
  if (!/^Cannot find module '[^./]/.test(error.message)) throw error;
  console.error("The project is not set up: run `npm run setup` first.");
  process.exit(2);
}
