import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { parse } from "yaml";
import { venvProgram } from "../process";
import { projectRoot } from "../root";
import { options } from "./options";

/** Something that the kit needs, and whether it was found. */
interface Check {
  what: string;
  found: string;
  ok: boolean;
}

/** `wov doctor`: checks that this machine has what the kit needs. */
export function define(command: Command): void {
  command.option(...options.json).action(({ json }: { json?: boolean }) => {
    const checks = examine(projectRoot());
    if (json) process.stdout.write(`${JSON.stringify(checks, null, 1)}\n`);
    else for (const { what, found, ok } of checks) process.stdout.write(`${ok ? "✓" : "✗"} ${what}: ${found}\n`);
    if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
  });
}

function examine(root: string): Check[] {
  const { bavail, bsize } = statfsSync(root);
  const freeGb = (bavail * bsize) / 1e9;
  const kernel = join(root, ".venv/share/jupyter/kernels/words-over-vision/kernel.json");
  return [
    nodeVersion(root),
    present("Node packages", join(root, "node_modules/.setup"), "npm run setup"),
    pythonPackages(root),
    present("TypeScript kernel", kernel, "npm run setup"),
    ...pocketModels(root),
    {
      what: "Free disk space",
      found: `${freeGb.toFixed(1)} GB${freeGb > 1 ? "" : "; free at least 1 GB"}`,
      ok: freeGb > 1,
    },
  ];
}

function present(what: string, path: string, remedy: string): Check {
  const ok = existsSync(path);
  return { what, found: ok ? "found" : `missing; run \`${remedy}\``, ok };
}

function nodeVersion(root: string): Check {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [wanted, found] = [engines.node, process.versions.node].map((version: string) =>
    version.match(/\d+/g)!.map(Number),
  );
  const ok = found![0]! > wanted![0]! || (found![0] === wanted![0] && found![1]! >= wanted![1]!);
  return { what: "Node", found: `${process.version}${ok ? "" : `; install ${engines.node}`}`, ok };
}

/** The models that the default profile names. */
function pocketModels(root: string): Check[] {
  const profile = join(root, "data/profiles/pocket.yaml");
  if (!existsSync(profile)) return [present("Profile pocket", profile, "git checkout data/profiles")];
  const models = Object.entries<{ path: string }>(parse(readFileSync(profile, "utf8")).models);
  return models.map(([name, { path }]) =>
    present(`Model ${name}`, join(root, path, "model.safetensors"), `git checkout ${path}`),
  );
}

const VERSIONS = `
import torchvision_shim, torch, transformers, peft, trl
print(", ".join(f"{m.__name__} {m.__version__}" for m in (torch, transformers, peft, trl)))`;

/** Imports packages as a job does, since an installed package may fail to load. */
function pythonPackages(root: string): Check {
  const what = "Python packages";
  const environment = present(what, join(root, ".venv/pyvenv.cfg"), "npm run setup");
  if (!environment.ok) return environment;
  const env = { ...process.env, PYTHONPATH: join(root, "remote") };
  const { status, stdout, stderr } = spawnSync(venvProgram(root, "python"), ["-c", VERSIONS], {
    encoding: "utf8",
    env,
  });
  if (status === 0) return { what, found: stdout.trim(), ok: true };
  const reason = stderr.trim().split("\n").at(-1);
  return { what, found: `cannot be imported: ${reason}. Remove .venv, then run \`npm run setup\``, ok: false };
}
