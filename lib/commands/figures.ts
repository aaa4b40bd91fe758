import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { counted } from "../count";
import { WovError } from "../errors";
import {
  contentsOf,
  evidenceOf,
  FORMATS,
  type Format,
  NUMBERS,
  type Numbers,
  originOf,
  writeFigures,
} from "../print/index";
import { loadPaper } from "../published/index";
import { projectRoot } from "../root";
import { openStudy } from "../study/index";
import { options } from "./options";

/** Time after which progress is shown, and time between its lines. */
const LINE_MS = 2000;

interface Given {
  profile: string;
  out: string;
  numbers: Numbers;
  format?: Format[];
  json?: true;
}

/** `wov figures`: writes the tables and figures of a study for a paper. */
export function define(command: Command): void {
  command
    .option(...options.profile, "pocket")
    .requiredOption("--out <folder>", "the folder to write into")
    .addOption(new Option("--numbers <source>", "the numbers to show").choices(NUMBERS).default("runs"))
    .addOption(new Option("--format <formats...>", "files to write; all by default").choices(FORMATS))
    .option(...options.json)
    .addHelpText(
      "after",
      "\nTables are written as LaTeX (booktabs, siunitx), Markdown and CSV; figures as SVG, PDF and PNG. figures.tex has all of" +
        "\nthem, those of the paper under its numbers, and compiles with pdflatex. origin.txt says where they come from. Equal" +
        "\nruns give equal bytes.",
    )
    .action(run);
}

async function run({ profile, out, numbers, format, json }: Given): Promise<void> {
  const study = openStudy(profile, projectRoot());
  const results = study.results();
  if (numbers !== "published" && !results.cells.some((cell) => results.get(cell)))
    throw new WovError(
      `profile '${profile}' has no results yet: no model has answered the benchmark. ` +
        `Run npx wov study --profile ${profile} --only pilot, or pass --numbers published`,
      2,
    );
  const paper = loadPaper(study.root, study.profile);
  const origin = originOf({ profile, numbers, formats: format }, evidenceOf(results.evidence, paper, numbers));
  const folder = resolve(out);
  const contents = contentsOf(results, study.picture, paper, numbers);
  const files = await writeFigures(folder, contents, origin, format ?? FORMATS, progress(process.stderr));
  const { tables, figures } = contents;
  process.stdout.write(
    json
      ? `${JSON.stringify({ out: folder, files })}\n`
      : `${folder}: ${counted(tables.length, "table")} and ${counted(figures.length, "figure")}, ${counted(files.length, "file")}\n`,
  );
  const missing = results.cells.filter((cell) => !results.get(cell)).length;
  if (numbers !== "published" && missing > 0)
    process.stderr.write(
      `${counted(missing, "cell")} of ${results.cells.length} have no result yet and show "–". Next: npx wov study --profile ${profile}\n`,
    );
}

function progress(out: NodeJS.WritableStream): (done: number, total: number) => void {
  let shown = Date.now();
  return (done, total) => {
    if (Date.now() - shown < LINE_MS) return;
    shown = Date.now();
    out.write(`Drawing: ${done} of ${counted(total, "figure")}\n`);
  };
}
