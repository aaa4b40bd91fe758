import { Command } from "commander";
import { addAsk } from "./commands/ask";
import { define as defineAudit } from "./commands/audit";
import { addBench } from "./commands/bench";
import { addCompare } from "./commands/compare";
import { addDoctor } from "./commands/doctor";
import { addGenerate } from "./commands/generate";
import { define as defineImages } from "./commands/images";
import { addJudge } from "./commands/judge";
import { addLab } from "./commands/lab";
import { addNotebooks } from "./commands/notebooks";
import { define as definePush } from "./commands/push";
import { addScore } from "./commands/score";
import { define as defineScreen } from "./commands/screen";
import { addStudy } from "./commands/study";
import { addTest } from "./commands/test";
import { addTinyModels } from "./commands/tiny-models";
import { define as defineViva } from "./commands/viva";
import { WovError } from "./errors";

/** The command line: `wov study`, `wov lab`, … Exit code 0: done; 1: failed; 2: wrong usage or bad input. */
async function main(): Promise<void> {
  const program = new Command("wov")
    .description("Words over vision: the study of the paper, at the size of a laptop or at full size")
    .option("--debug", "show where an error came from")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const add of [
    addStudy,
    addLab,
    (to: Command) =>
      defineViva(
        to
          .command("viva")
          .description("download VIVA's annotations from the Hugging Face Hub (CC BY-NC-SA 4.0: no commercial use)"),
      ),
    (to: Command) =>
      defineAudit(
        to.command("audit").description("what is wrong with a benchmark file, and how it is read nevertheless"),
      ),
    (to: Command) =>
      defineImages(
        to
          .command("images")
          .description("fetch a benchmark's pictures from their addresses, or take those of a folder, and verify each"),
      ),
    addAsk,
    addScore,
    addCompare,
    addGenerate,
    addJudge,
    (to: Command) =>
      defineScreen(
        to.command("screen").description("find duplicates among samples, and samples that overlap other texts"),
      ),
    (to: Command) =>
      definePush(
        to
          .command("push")
          .description("upload a run of samples to the Hugging Face Hub, with a card; a dry run without --yes"),
      ),
    addBench,
    addNotebooks,
    addTinyModels,
    addDoctor,
    addTest,
  ])
    add(program);
  await program.parseAsync();
}

// Who reads only the first lines, as `head` does, is not told off.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));

main().catch((error: unknown) => {
  const known = error instanceof WovError ? error : fromSystem(error);
  const text =
    known?.message ?? `${(error as Error).message ?? error}\nThis is a mistake of the kit's; --debug shows where`;
  process.stderr.write(`\n${process.argv.includes("--debug") ? (error as Error).stack : text}\n`);
  process.exit(known?.exitCode ?? 1);
});

/** What a person can act on among the system's errors. */
function fromSystem(error: unknown): WovError | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC")
    return new WovError("the disk is full: make room and run the command again; it goes on where it stopped");
  if (code === "EACCES") return new WovError(`${path}: cannot be written: is it yours?`);
  if ((error as Error).name === "AbortError") return new WovError("stopped; the next run goes on from here");
  return undefined;
}
