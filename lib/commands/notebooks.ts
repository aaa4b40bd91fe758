import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { basename, join } from "node:path";
import type { Command } from "commander";
import PQueue from "p-queue";
import { WovError } from "../errors";
import { runHere, venvProgram } from "../process";
import { projectRoot } from "../root";

/** Each notebook keeps about one core busy: most of the time its kernel checks types. */
const IN_PARALLEL = Math.max(2, availableParallelism());

/** `wov notebooks`: executes the notebooks in their kernel and saves them with their outputs. */
export function define(command: Command): void {
  command
    .argument("[names...]", "names of notebooks; all of them by default")
    .option("--to <folder>", "folder for the executed notebooks; notebooks/ by default")
    .action(async (names: string[], { to }: { to?: string }) => {
      const root = projectRoot();
      const queue = new PQueue({ concurrency: IN_PARALLEL });
      const wanted = chosen(readdirSync(join(root, "notebooks")), names);
      await queue.addAll(wanted.map((name) => () => execute(root, name, to ?? join(root, "notebooks"))));
    });
}

/** @throws WovError if there is no notebook of a name */
function chosen(files: readonly string[], names: readonly string[]): string[] {
  const all = files.filter((file) => file.endsWith(".ipynb"));
  const wanted = names.map((name) => basename(name, ".ipynb"));
  const unknown = wanted.filter((name) => !all.includes(`${name}.ipynb`));
  if (unknown.length > 0)
    throw new WovError(`no notebook is called ${unknown.join(", ")}; there are ${all.join(", ")}`, 2);
  return wanted.length === 0 ? all : wanted.map((name) => `${name}.ipynb`);
}

async function execute(root: string, name: string, folder: string): Promise<void> {
  const notebook = join(root, "notebooks", name);
  const args = ["-m", "nbconvert", "--to", "notebook", "--execute", notebook, "--output-dir", folder, "--output", name];
  const kernel = "--ExecutePreprocessor.kernel_name=words-over-vision";
  const code = await runHere(root, venvProgram(root, "python"), [...args, kernel, "--log-level=WARN"]);
  if (code !== 0) throw new WovError(`notebooks/${name} failed: the error of the failing cell is shown above`);
  tidy(join(folder, name));
}

/**
 * Removes what differs between equal executions, and records the CPU on which the numbers were computed. Numbers cells
 * in the order in which they ran, since nbclient takes the number from a message that tslab does not send.
 */
function tidy(file: string): void {
  const notebook = JSON.parse(readFileSync(file, "utf8"));
  for (const cell of notebook.cells) delete cell.metadata.execution;
  const code = notebook.cells.filter((cell: { cell_type: string }) => cell.cell_type === "code");
  for (const [i, cell] of code.entries()) cell.execution_count = i + 1;
  notebook.metadata.words_over_vision = { cpu: cpus()[0]?.model };
  writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
}
