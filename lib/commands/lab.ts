import type { Command } from "commander";
import { runHere, venvProgram } from "../process";
import { projectRoot } from "../root";

/** `wov lab`: opens JupyterLab, where the notebooks find the project's TypeScript kernel. */
export function define(command: Command): void {
  command
    .allowUnknownOption()
    .argument("[options...]", "options for JupyterLab, such as --no-browser")
    .action(async (options: string[]) => {
      const root = projectRoot();
      // Run as a Python module, since the programs in .venv hold the old path of a project that was moved. It gets an
      // address, not a file, so that the file browser shows the whole project.
      const first = "--LabApp.default_url=/lab/tree/notebooks/1-pilot-study.ipynb";
      process.exitCode = await runHere(root, venvProgram(root, "python"), ["-m", "jupyterlab", first, ...options]);
    });
}
