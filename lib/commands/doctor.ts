import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { projectRoot } from "../root";
import { venvProgram } from "./python";

interface Finding {
  what: string;
  found: string;
  ok: boolean;
}

/** `wov doctor`: what is here of what the kit needs. */
export function define(command: Command): void {
  command.option("--json", "print as JSON on standard output").action(({ json }: { json?: boolean }) => {
    const findings = examine(projectRoot());
    if (json) process.stdout.write(`${JSON.stringify(findings, null, 1)}\n`);
    else for (const { what, found, ok } of findings) process.stdout.write(`${ok ? "✓" : "✗"} ${what}: ${found}\n`);
    if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
  });
}

function examine(root: string): Finding[] {
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 1e9;
  return [
    { what: "Node", found: process.version, ok: true },
    { what: "Node packages", ...present(join(root, "node_modules/.setup"), "npm run setup") },
    pythonPackages(root),
    {
      what: "TypeScript kernel",
      ...present(join(root, ".venv/share/jupyter/kernels/words-over-vision/kernel.json"), "npm run setup"),
    },
    ...["llama", "qwen2", "mllama", "qwen2-vl", "llava-onevision"].map((model) => ({
      what: `Model ${model}`,
      ...present(join(root, "data/pocket/models", model, "model.safetensors"), "git checkout data/pocket/models"),
    })),
    { what: "Free disk space", found: `${free.toFixed(1)} GB`, ok: free > 1 },
  ];
}

const present = (path: string, remedy: string) =>
  existsSync(path) ? { found: "here", ok: true } : { found: `missing: ${remedy}`, ok: false };

function pythonPackages(root: string): Finding {
  const what = "Python packages";
  try {
    const versions =
      "import torch, transformers, peft, trl; print(torch.__version__, transformers.__version__, peft.__version__, trl.__version__)";
    const { status, stdout } = spawnSync(venvProgram(root, "python"), ["-c", versions], { encoding: "utf8" });
    const [torch, transformers, peft, trl] = stdout.trim().split(" ");
    if (status === 0)
      return { what, found: `torch ${torch}, transformers ${transformers}, peft ${peft}, trl ${trl}`, ok: true };
  } catch {
    // said below
  }
  const wanted = readFileSync(join(root, "remote/requirements.txt"), "utf8").trim().split("\n").length;
  return { what, found: `not all of ${wanted} are here: npm run setup`, ok: false };
}
