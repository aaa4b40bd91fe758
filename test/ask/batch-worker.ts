import { askBatch, type BatchOptions } from "../../lib/ask/index";
import { openRun, type RunSpec } from "../../lib/store/index";

// A process that asks through batches until it is done or killed.
const { spec, ...asking } = JSON.parse(process.argv[2]!) as Omit<BatchOptions, "run"> & { spec: RunSpec };
const run = openRun(asking.root, spec);
process.send!("begins");
void askBatch({ ...asking, run }).then(() => process.exit(0));
