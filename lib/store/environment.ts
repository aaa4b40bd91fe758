import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { z } from "zod";

export const environmentSchema = z.object({
  /** The kit's version, and its commit where the project is a git checkout. */
  code: z.object({ version: z.string(), commit: z.string().nullable() }),
  /** Python packages as pinned in remote/requirements.txt: {torch: "2.13.0"}. */
  packages: z.record(z.string(), z.string()),
  hardware: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    platform: z.string(),
    node: z.string(),
  }),
});

/** Where and with what a run was made. */
export type Environment = z.infer<typeof environmentSchema>;

/** Code version, pinned Python packages and machine of the project at `root`. */
export function environment(root: string): Environment {
  return {
    code: { version: version(root), commit: commit(root) },
    packages: pinnedPackages(root),
    hardware: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
    },
  };
}

function version(root: string): string {
  const text = readOr(join(root, "package.json"), "{}");
  return String((JSON.parse(text) as { version?: unknown }).version ?? "unknown");
}

function commit(root: string): string | null {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return null; // a downloaded archive has no history
  }
}

function pinnedPackages(root: string): Record<string, string> {
  const pins = readOr(join(root, "remote/requirements.txt"), "").matchAll(/^([\w-]+)==([^\s;]+)/gm);
  return Object.fromEntries([...pins].map(([, name, pinned]) => [name!, pinned!]));
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
