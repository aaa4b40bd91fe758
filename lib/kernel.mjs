// The notebooks' kernel: tslab, started in the project's folder, so that every notebook can import ./lib/index.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const require = createRequire(import.meta.url);
const tslab = require.resolve("tslab/bin/tslab");
process.argv = [process.execPath, tslab, "kernel", "--config-path", process.argv[2]];
require(tslab);
