import { counted, listCounts } from "../count";
import type { Manifest } from "../store/index";
import type { TracedRun } from "../study/index";
import { labelled, minute, shortSha } from "./lines";

/** What of a chain is shown. */
export interface ChainOptions {
  /** Hashes, code, time and machine too; by default yes. They differ where the same study is run again. */
  origins?: boolean;
}

/** Runs as a numbered list, each with the numbers of the runs that it was made from. */
export function chainText(runs: readonly TracedRun[], { origins = true }: ChainOptions = {}): string[] {
  const numberOf = new Map(runs.map(({ id }, i) => [id, i + 1]));
  return runs.flatMap((run, i) => {
    const { id, name, needs, seeds, manifest, state, sample } = run;
    const from = needs.flatMap((need) => numberOf.get(need) ?? []);
    return [
      `${i + 1}. ${name}`,
      `  ${origins ? id : id.slice(0, id.lastIndexOf("-"))}`,
      ...(from.length > 0 ? labelled("made from", from.join(", ")) : []),
      ...(manifest ? labelled("counts", listCounts(manifest.counts)) : []),
      ...(sample ? labelled("samples", `such as ${sample}: npx wov trace ${sample}`) : []),
      ...(seeds.length > 0 ? labelled("random seed", seeds.map(({ use, seed }) => `${seed} (${use})`).join(", ")) : []),
      ...(state === "done" ? [] : stateLines(run)),
      ...(manifest && origins ? originLines(run, manifest) : []),
      "",
    ];
  });
}

function stateLines({ state, problems }: TracedRun): string[] {
  if (state !== "damaged") return labelled("state", state === "begun" ? "not complete yet" : "not there");
  return problems.flatMap(({ file, wrong }) => labelled("✗ changed", `${file} ${wrong}`));
}

/** What the run's files are, and when, where and by which code they were made. */
function originLines({ seedQuestions, trainingFile }: TracedRun, manifest: Manifest): string[] {
  const { files, checksum, code, hardware, ran, finishedAt, seconds } = manifest;
  const hashed = MAIN_FILES.concat(trainingFile ?? []).filter((file) => file in files);
  const where = ran ? ` by ${ran.runtime}${ran.host ? ` on ${ran.host}` : ""}` : "";
  const gpus = ran?.gpus ?? hardware.gpus;
  return [
    ...hashed.flatMap((file, i) => labelled(i === 0 ? "SHA-256" : "", `${shortSha(files[file]!.sha256)} of ${file}`)),
    ...labelled("", `${shortSha(checksum)} of manifest.json, as it says`),
    ...labelled("files", `${counted(Object.keys(files).length, "file")}, unchanged since the run was completed`),
    ...(seedQuestions ? labelled("shown", `seed questions with SHA-256 ${shortSha(seedQuestions)}`) : []),
    ...labelled("computed", `${minute(finishedAt)}, in ${seconds.toFixed(0)} s${where}`),
    ...labelled(
      "machine",
      [hardware.cpu, counted(hardware.cores, "core"), ...(gpus.length > 0 ? gpus : ["no GPU"])].join(", "),
    ),
    ...labelled("code", codeText(code)),
  ];
}

/** The files of a run that its results come from, beside others. */
const MAIN_FILES = ["records.jsonl", "adapter/adapter_model.safetensors", "benchmark.json", "train.jsonl"];

function codeText({ version, commit, dirty }: Manifest["code"]): string {
  if (commit === null) return `${version}, not a git checkout`;
  return `${version}, commit ${commit.slice(0, 12)}${dirty ? ", with changed files" : ""}`;
}
