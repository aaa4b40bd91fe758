import type { RuntimeConfig } from "../../lib/runtime/index";
import { type OpenOptions, openRuntime } from "../../lib/runtime/open";
import { jobOf, runsOf } from "./project";

/** Submits a job in a process of its own, which tests kill: `tsx submit.ts JSON`. */
async function main(): Promise<void> {
  const { root, config, options, task } = JSON.parse(process.argv[2]!) as {
    root: string;
    config: RuntimeConfig;
    options: OpenOptions;
    task: string;
  };
  const runtime = await openRuntime(root, config, options);
  const job = jobOf(task);
  for await (const event of runtime.follow(await runtime.submit(job, runsOf(job))))
    process.stdout.write(`${JSON.stringify(event)}\n`);
}
main();
