#!/usr/bin/env node
// The command line, written in TypeScript and run as it is; `npm run setup` must have run.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
try {
  require("tsx/cjs");
} catch {
  console.error("The project is not set up: run `npm run setup` first.");
  process.exit(2);
}
require("./cli.ts");
