import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { pythonPackages, pythonVersion } from "../python-packages";

export const environmentSchema = z.object({
  code: z.object({
    /** The kit's version. */
    version: z.string(),
    /** Its commit, and whether tracked files differed from it; null if the project is not a git checkout. */
    commit: z.string().nullable(),
    dirty: z.boolean().nullable(),
  }),
  /** Python and its packages as installed in .venv: {python: "3.11.7", torch: "2.13.0"}; none if there is no .venv. */
  packages: z.record(z.string(), z.string()),
  hardware: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    /** NVIDIA GPUs by name. */
    gpus: z.array(z.string()),
    platform: z.string(),
    node: z.string(),
  }),
});

/** The code, packages and hardware that made a run. */
export type Environment = z.infer<typeof environmentSchema>;

const known = new Map<string, Environment>();

/** Code version, installed Python packages and machine of the project at `root`, as this process first found them. */
export function environment(root: string): Environment {
  const found = known.get(root) ?? examine(root);
  known.set(root, found);
  return found;
}

const examine = (root: string): Environment => ({
  code: { version: version(root), ...checkout(root) },
  packages: installedPackages(root),
  hardware: {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    gpus: outputLines("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], root),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  },
});

function version(root: string): string {
  try {
    return String(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
  } catch {
    return "unknown";
  }
}

/** One call of git returns both: the heading "# branch.oid COMMIT", and a line for each changed file. */
function checkout(root: string): Pick<Environment["code"], "commit" | "dirty"> {
  if (!existsSync(join(root, ".git"))) return { commit: null, dirty: null }; // a downloaded archive has no history
  const lines = outputLines("git", ["status", "--porcelain=v2", "--branch", "--untracked-files=no"], root);
  const commit = lines.find((line) => line.startsWith("# branch.oid "))?.split(" ")[2];
  if (!commit || commit === "(initial)") return { commit: null, dirty: null };
  return { commit, dirty: lines.some((line) => !line.startsWith("#")) };
}

/** The lines that a program prints; none if it is missing or fails. */
function outputLines(program: string, args: string[], cwd: string): string[] {
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    const text = execFileSync(program, args, { cwd, encoding: "utf8", timeout: 5000, stdio: [...stdio] });
    return text.split(/\r?\n/).filter(Boolean);
  } catch {
    return [];
  }
}

/** Python itself, and its packages; of a package's version, what is installed, not what was asked for. */
function installedPackages(root: string): Record<string, string> {
  const python = pythonVersion(root);
  const packages = pythonPackages(root).map(({ name, version }) => [name, version] as const);
  return Object.fromEntries([...(python ? [["python", python] as const] : []), ...packages]);
}
