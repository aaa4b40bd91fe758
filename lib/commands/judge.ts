import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { askBlind, type BlindAgreement, blindRequests } from "../study/index";
import { questionSchema, type Sample } from "../synthesis/index";
import { addEndpointOptions, type EndpointOptions, withEndpoint } from "./endpoint";
import { refuseToOverwrite, writeOutput } from "./output";

interface Given extends EndpointOptions {
  samples: string;
  model: string;
  out?: string;
  json?: boolean;
}

/** `wov judge`: another model answers samples blind. */
export function define(command: Command): void {
  command
    .requiredOption("--samples <run>", "a run of samples, or its records.jsonl")
    .requiredOption("--model <name>", "the other model")
    .option("--out <file>", "write the samples on whose answer both agree to this file")
    .option("--json", "print it as JSON");
  addEndpointOptions(command).action(judge);
}

async function judge({ samples: path, model, out, json, ...given }: Given): Promise<void> {
  const root = projectRoot();
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "records.jsonl") : path;
  if (out) refuseToOverwrite(out, [file]);
  const samples = readSamples(file);
  const requests = blindRequests(samples, { model, max_tokens: 16, temperature: 0 });
  const result = await withEndpoint(root, { ...given, model, requests }, (sending) =>
    askBlind(root, samples, requests, sending),
  );
  if (!result) return;
  const agreed = new Set(result.agreed);
  if (out)
    await writeOutput(
      out,
      samples.flatMap((sample) => (agreed.has(sample.id) ? [`${JSON.stringify(sample)}\n`] : [])),
    );
  process.stdout.write(json ? `${JSON.stringify(result, null, 1)}\n` : formatText(result));
}

function readSamples(file: string): Sample[] {
  if (!existsSync(file)) throw new WovError(`${file}: there is no such file`, 2);
  const lines = readFileSync(file, "utf8").split("\n");
  const samples = lines.flatMap((line, i) => (line.trim() ? [readSample(line, `${file}, line ${i + 1}`)] : []));
  if (samples.length === 0) throw new WovError(`${file}: is empty; expected samples as JSON Lines`, 2);
  return samples;
}

function readSample(line: string, where: string): Sample {
  try {
    const value = JSON.parse(line) as Sample;
    if (typeof value.id !== "string") throw new Error("has no id");
    questionSchema.parse(value);
    return value;
  } catch (error) {
    throw new WovError(`${where}: expected a sample with id, situation, question, options and answer`, 2, {
      cause: error,
    });
  }
}

function formatText({ samples, agree, differ, unparsed, agreement, interval, examples }: BlindAgreement): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const lines = examples.map(
    ({ id, given, chosen }) => `  ${id}: ${given} by its writer, ${chosen ?? "unparsed"} by the other`,
  );
  return (
    `Agreement on ${agree} of ${samples} samples: ${percent(agreement)} % (95 % interval ${percent(interval.low)}–` +
    `${percent(interval.high)}); ${differ} answered otherwise, ${unparsed} unparsed\n${lines.join("\n")}\n`
  );
}
