import { askBatch, type BatchAsking } from "../../lib/ask/index";
import { openRun } from "../../lib/store/index";

// A process that asks through batches until it is done or killed.
const { name, ...asking } = JSON.parse(process.argv[2]!) as Omit<BatchAsking, "run"> & { name: string };
const run = openRun(asking.root, { step: "ask", name, spec: {}, parents: [] });
process.send!("begins");
void askBatch({ ...asking, run }).then(() => process.exit(0));
