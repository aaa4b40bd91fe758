import type { Command } from "commander";
import { projectRoot } from "../root";
import { openRuntime, type RuntimeConfig } from "../runtime/index";
import { type RuntimeReport, runtimesTable, toText } from "../show/index";
import { loadProfile, shippedProfiles } from "../study/index";
import { options } from "./options";

/** `wov runtimes`: the runtimes that profiles name, whether they can be reached, and what they have. */
export function define(command: Command): void {
  command
    .option(
      "--profiles <name|file...>",
      "profiles in data/profiles, or your own files; by default all in data/profiles",
    )
    .option(...options.json)
    .action(async ({ profiles, json }: { profiles?: string[]; json?: boolean }) => {
      const root = projectRoot();
      const reports = await reportRuntimes(root, profiles ?? shippedProfiles(root));
      process.stdout.write(json ? `${JSON.stringify(reports, null, 1)}\n` : toText(runtimesTable(reports)));
      if (reports.some(({ described }) => "error" in described)) process.exitCode = 1;
    });
}

/** Profiles that name the same runtime share a report. */
async function reportRuntimes(root: string, profiles: readonly string[]): Promise<RuntimeReport[]> {
  const users = new Map<string, { config: RuntimeConfig; profiles: string[] }>();
  for (const name of profiles) {
    const { runtime: config } = loadProfile(root, name);
    const { dtype: _, card: __, threads: ___, training: ____, ...where } = config;
    const key = JSON.stringify(where);
    users.set(key, { config, profiles: [...(users.get(key)?.profiles ?? []), name] });
  }
  return Promise.all([...users.values()].map((user) => describeRuntime(root, user)));
}

async function describeRuntime(
  root: string,
  { config, profiles }: { config: RuntimeConfig; profiles: string[] },
): Promise<RuntimeReport> {
  try {
    const runtime = await openRuntime(root, config);
    return { label: runtime.label, profiles, described: await runtime.describe() };
  } catch (error) {
    return { label: config.kind, profiles, described: { error: (error as Error).message } };
  }
}
