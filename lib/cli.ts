import { Command } from "commander";
import { WovError } from "./errors";
import { guardTerminal } from "./terminal";

/** A module in `commands/`. `define` adds options and the action to a command that has its name and description. */
interface CommandModule {
  define(command: Command): void;
}

/** A command: its description, its module, and examples, which follow its name. */
type Entry = [description: string, load: () => Promise<CommandModule>, ...examples: string[]];

const VIVA = "--benchmark data/viva/VIVA_annotation.json";

/**
 * All commands by group. A module is loaded only when its command is called, so that `wov --help` loads no libraries.
 */
const commands: Record<string, Record<string, Entry>> = {
  "The study:": {
    study: [
      "run a profile's unfinished steps, then write the report",
      () => import("./commands/study"),
      "--only pilot",
      "--profile paper --plan",
    ],
    lab: ["open the notebooks in JupyterLab", () => import("./commands/lab"), "", "--no-browser --port 8899"],
    notebooks: [
      "execute notebooks and save them with their outputs",
      () => import("./commands/notebooks"),
      "1-pilot-study --to executed",
    ],
  },
  "Jobs:": {
    runtimes: [
      "show the machines and clusters of profiles, and what they have",
      () => import("./commands/runtimes"),
      "--profiles pocket my-copy.yaml",
    ],
    jobs: [
      "list the jobs of a profile's runtime, show a log, cancel one",
      () => import("./commands/jobs"),
      "--profile my-copy.yaml",
      "logs 3f2a --profile my-copy.yaml --follow",
    ],
  },
  "Benchmarks:": {
    viva: ["download VIVA's annotations (licence: no commercial use)", () => import("./commands/viva"), ""],
    images: [
      "fetch a benchmark's pictures and verify each of them",
      () => import("./commands/images"),
      `${VIVA} --to data/viva/images`,
    ],
    audit: [
      "list a benchmark's faults and how they are repaired",
      () => import("./commands/audit"),
      "data/viva/VIVA_annotation.json",
    ],
    ask: [
      "ask a model at an endpoint about a benchmark's items",
      () => import("./commands/ask"),
      `situations ${VIVA} --endpoint http://localhost:8000/v1 --model my-model`,
      `pictures ${VIVA} --images data/viva/images --model gpt-4o --plan`,
    ],
    score: [
      "score a file of model replies",
      () => import("./commands/score"),
      `${VIVA} --predictions replies.jsonl`,
      `${VIVA} --predictions replies.jsonl --scorer strict --json`,
    ],
    compare: [
      "compare two files of model replies item by item",
      () => import("./commands/compare"),
      `${VIVA} --predictions before.jsonl after.jsonl`,
    ],
  },
  "Training text:": {
    generate: [
      "have a model generate training samples",
      () => import("./commands/generate"),
      "--model gpt-4o-2024-11-20 --batch --plan",
      "--model my-model --endpoint http://localhost:8000/v1 --sizes 1000",
    ],
    judge: [
      "compare samples' answers with those of another model",
      () => import("./commands/judge"),
      "--samples runs/samples/NAME-HASH --model gpt-4o --budget 5",
    ],
    screen: [
      "find duplicates and benchmark contamination in samples",
      () => import("./commands/screen"),
      "--samples samples.jsonl --against data/viva/VIVA_annotation.json --out kept.jsonl",
    ],
  },
  "Results for others:": {
    results: [
      "write the answers of a finished study to one small file",
      () => import("./commands/results"),
      "--profile pocket-seeds --out results.json",
    ],
    figures: [
      "write tables and figures for a paper: LaTeX, PDF, SVG, PNG",
      () => import("./commands/figures"),
      "--profile pocket --out figures",
      "--profile paper --out figures --numbers published",
    ],
    push: [
      "upload samples or an adapter to the Hugging Face Hub",
      () => import("./commands/push"),
      "runs/train/NAME-HASH --to USER/NAME",
    ],
    merge: [
      "merge an adapter into its base model",
      () => import("./commands/merge"),
      "runs/train/NAME-HASH --out merged-model",
    ],
  },
  "Tools:": {
    trace: [
      "show where a number comes from, and compute it again",
      () => import("./commands/trace"),
      "report/pocket/table2.csv",
      "qwen2-vl/picture/teacher-2000",
      "teacher-call-0-0",
    ],
    verify: [
      "check that finished runs are complete and unchanged",
      () => import("./commands/verify"),
      "",
      "runs/ask/NAME-HASH --repair",
    ],
    doctor: ["check that this machine has what the kit needs", () => import("./commands/doctor"), ""],
    test: ["run all tests (20 to 30 min)", () => import("./commands/test"), ""],
    bench: [
      "measure the kit's speed, beside similar tools",
      () => import("./commands/bench"),
      "screen --large",
      "ask --peers",
    ],
    "tiny-models": [
      "train the five tiny models from scratch (20 to 40 min)",
      () => import("./commands/tiny-models"),
      "--to my-models",
    ],
  },
};

/** The command line: `wov study`, `wov lab`, … Exit code 0: done; 1: failed; 2: wrong usage or bad input. */
async function main(): Promise<void> {
  const program = new Command("wov")
    .description("Words over vision: the paper's study, on a laptop or at full size")
    .version(require("../package.json").version)
    .option("--debug", "show the stack trace of an error")
    .addHelpText("after", "\n`wov <command> --help` lists the options of a command. Start with `wov study`.")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const called = process.argv.slice(2).find((argument) => !argument.startsWith("-") && argument !== "help");
  for (const [group, members] of Object.entries(commands))
    for (const [name, [description, load, ...examples]] of Object.entries(members)) {
      const command = program.command(name).description(description).helpGroup(group);
      if (name !== called) continue;
      (await load()).define(command);
      command.addHelpText(
        "after",
        `\nExamples:\n${examples.map((rest) => `  npx wov ${name} ${rest}`.trimEnd()).join("\n")}`,
      );
    }
  await program.parseAsync();
}

for (const stream of [process.stdout, process.stderr]) guardTerminal(stream);

// `head` closes the pipe early: exit quietly.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));

main().catch((error: unknown) => {
  const debug = process.argv.includes("--debug") && error instanceof Error;
  process.stderr.write(`${debug ? error.stack : textOf(error)}\n`);
  process.exit(error instanceof WovError ? error.exitCode : 1);
});

function textOf(error: unknown): string {
  // Further lines are indented: what a server or a job says must not look like a line of the kit's.
  if (error instanceof WovError) return `error: ${error.message.replace(/\r?\n(?=\S)/g, "\n  ")}`;
  const { code, path, name, message } = error as NodeJS.ErrnoException;
  if (name === "AbortError") return "Stopped. The next run continues from here.";
  if (code === "ENOSPC")
    return "error: the disk is full. Free some space and run the command again: it continues where it stopped";
  if ((code === "EACCES" || code === "EROFS") && path)
    return `error: ${path}: permission denied. Check who owns it and whether it can be written`;
  return `Internal error (please report it): ${message ?? error}\n--debug shows where it happened.`;
}
