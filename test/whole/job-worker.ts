import type { Job } from "../../lib/runtime/index";
import { createLocalRuntime } from "../../lib/runtime/local";

/** A process that runs a job as `wov study` does, and prints its events and what it ends with. */
const { root, job } = JSON.parse(process.argv[2]!) as { root: string; job: Job };

const tell = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);

async function main(): Promise<void> {
  const runtime = createLocalRuntime(root, { threads: 1, gpus: 0 });
  for await (const event of runtime.follow(await runtime.submit(job, {}))) tell(event);
}

main().then(
  () => tell({ event: "end" }),
  (error: Error) => tell({ event: "failed", message: error.message }),
);
