import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { parse } from "yaml";
import { venvProgram } from "../process";
import { projectRoot } from "../root";
import { environment } from "../store/index";
import { licenceLines, licencesOf } from "./licences";
import { options } from "./options";
import { wrongNodePackages, wrongPythonPackages } from "./packages";

/** Something that the kit needs, and whether it was found. */
interface Check {
  what: string;
  found: string;
  ok: boolean;
}

/** `wov doctor`: checks that this machine has what the kit needs. */
export function define(command: Command): void {
  command
    .option(...options.json)
    .option(
      "--licences",
      "count the licences of all installed packages instead, and name those that are not permissive",
    )
    .action(({ json, licences }: { json?: boolean; licences?: boolean }) => {
      const result = licences ? licencesOf(projectRoot()) : examine(projectRoot());
      if (json) process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
      else process.stdout.write(`${linesOf(result).join("\n")}\n`);
      if (Array.isArray(result) && result.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

const linesOf = (result: ReturnType<typeof licencesOf> | Check[]): string[] =>
  Array.isArray(result)
    ? result.map(({ what, found, ok }) => `${ok ? "✓" : "✗"} ${what}: ${found}`)
    : licenceLines(result);

const SET_UP = "run `npm run setup`";
const anew = (folder: string) => `remove the folder ${folder}, then ${SET_UP}`;

const examine = (root: string): Check[] => [
  nodeVersion(root),
  nodePackages(root),
  ...python(root),
  kernel(root),
  ...pocketModels(root),
  freeDisk(root),
];

function nodeVersion(root: string): Check {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [wanted, found] = [engines.node, process.versions.node].map((version: string) =>
    version.match(/\d+/g)!.map(Number),
  );
  const ok = found![0]! > wanted![0]! || (found![0] === wanted![0] && found![1]! >= wanted![1]!);
  return { what: "Node", found: `${process.version}${ok ? "" : `; install ${engines.node}`}`, ok };
}

function nodePackages(root: string): Check {
  const what = "Node packages";
  if (!existsSync(join(root, "node_modules/.setup"))) return { what, found: `missing; ${SET_UP}`, ok: false };
  return compared(what, wrongNodePackages(root), "package-lock.json", "node_modules");
}

/** Imports packages as a job does, since an installed package may fail to load; then compares versions. */
function python(root: string): Check[] {
  const what = "Python packages";
  if (!existsSync(join(root, ".venv/.setup"))) return [{ what, found: `missing; ${SET_UP}`, ok: false }];
  const env = { ...process.env, PYTHONPATH: join(root, "remote") };
  const program = venvProgram(root, "python");
  const { status, stdout, stderr, error } = spawnSync(program, ["-c", IMPORTS], { encoding: "utf8", env });
  if (status !== 0) {
    const reason = error?.message ?? stderr.trim().split("\n").at(-1);
    return [{ what, found: `cannot be imported (${reason}); ${anew(".venv")}`, ok: false }];
  }
  const { versions, gpus } = JSON.parse(stdout.trim().split("\n").at(-1)!) as { versions: string; gpus: string[] };
  return [
    { what: "Python", found: versions, ok: true },
    compared(what, wrongPythonPackages(root), "the lock files", ".venv"),
    gpu(gpus, environment(root).hardware.gpus),
  ];
}

const IMPORTS = `
import json, platform, torchvision_shim, torch, torchvision, transformers, peft, accelerate, PIL
import jupyterlab, nbconvert
names = (torch, torchvision, transformers, peft, accelerate)
versions = ", ".join([platform.python_version(), *(f"{m.__name__} {m.__version__}" for m in names)])
gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
print(json.dumps({"versions": versions, "gpus": gpus}))`;

function compared(what: string, wrong: string[], lock: string, folder: string): Check {
  if (wrong.length === 0) return { what, found: `as in ${lock}`, ok: true };
  const shown = wrong.slice(0, 3).join(", ");
  const more = wrong.length > 3 ? ` and ${wrong.length - 3} more` : "";
  return { what, found: `not as in ${lock}: ${shown}${more}; ${anew(folder)}`, ok: false };
}

/** A GPU is not needed; but one that the machine has, and torch cannot use, is a fault. */
function gpu(usable: string[], present: string[]): Check {
  const what = "GPU";
  if (usable.length) return { what, found: usable.join(", "), ok: true };
  if (!present.length) return { what, found: "none; models run on the CPU", ok: true };
  const remedy = `check with nvidia-smi that the driver works with torch's CUDA, or ${anew(".venv")}`;
  return { what, found: `${present.join(", ")}, which torch cannot use; ${remedy}`, ok: false };
}

/** The kernel that JupyterLab finds must be this project's, also if the project was moved or copied. */
function kernel(root: string): Check {
  const what = "TypeScript kernel";
  const file = join(root, ".venv/share/jupyter/kernels/words-over-vision/kernel.json");
  if (!existsSync(file)) return { what, found: `missing; ${SET_UP}`, ok: false };
  const [node, program] = JSON.parse(readFileSync(file, "utf8")).argv as string[];
  const path = resolve(program!.replace("{resource_dir}", dirname(file)));
  if (path !== join(root, "lib/kernel.mjs"))
    return { what, found: `runs ${path}, of another folder; ${SET_UP}`, ok: false };
  if (!existsSync(node!)) return { what, found: `needs ${node}, which is missing; ${SET_UP}`, ok: false };
  return { what, found: "found", ok: true };
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

function present(what: string, path: string, remedy: string): Check {
  const ok = existsSync(path);
  return { what, found: ok ? "found" : `missing; run \`${remedy}\``, ok };
}

function freeDisk(root: string): Check {
  const { bavail, bsize } = statfsSync(root);
  const gb = (bavail * bsize) / 1e9;
  return { what: "Free disk space", found: `${gb.toFixed(1)} GB${gb > 1 ? "" : "; free at least 1 GB"}`, ok: gb > 1 };
}
