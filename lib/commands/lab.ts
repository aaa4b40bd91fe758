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
      // As a module of Python: the programs beside it keep the path of a project that was moved. The address, not the
      // file, is given, so that the file browser shows the whole project.
      const first = "--LabApp.default_url=/lab/tree/notebooks/1-pilot-study.ipynb";
      process.exitCode = await runHere(root, venvProgram(root, "python"), ["-m", "jupyterlab", first, ...options]);
    });
}
