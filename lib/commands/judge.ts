import { existsSync } from "node:fs";
import type { Command } from "commander";
import { textsById } from "../ask/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { readLines } from "../screen/index";
import { percentText, rangeText } from "../show/index";
import { agreementOf, type BlindAgreement, blindRequests, requestsStep } from "../study/index";
import { questionSchema, type Sample } from "../synthesis/index";
import { optionsBackend, runAskStep } from "./backend";
import { addEndpointOptions, type EndpointOptions } from "./endpoint";
import { samplesFile } from "./known";
import { count } from "./numbers";
import { options } from "./options";
import { refuseToOverwrite, writeOutput } from "./output";

interface JudgeOptions extends EndpointOptions {
  samples: string;
  model: string;
  maxTokens: number;
  out?: string;
  json?: boolean;
}

/** `wov judge`: another model answers samples without seeing their answers. */
export function define(command: Command): void {
  command
    .requiredOption(...options.samples)
    .requiredOption(...options.model)
    .option("--out <file>", "write the samples on whose answers both agree to this file")
    .option(...options.maxTokens, count, 16)
    .option(...options.json);
  addEndpointOptions(command).action(judge);
}

async function judge({ samples: path, out, json, ...params }: JudgeOptions): Promise<void> {
  const root = projectRoot();
  const file = samplesFile(path);
  if (out) refuseToOverwrite(out, [file]);
  const samples = await readSampleFile(file);
  const requests = blindRequests(samples, { model: params.model, max_tokens: params.maxTokens, temperature: 0 });
  const step = requestsStep(root, "blind", optionsBackend(root, params), requests);
  if (!(await runAskStep(root, params, step))) return;
  const result = agreementOf(samples, textsById(step.run.records(), step.run.id));
  const agreed = new Set(result.agreed);
  if (out)
    await writeOutput(
      out,
      samples.flatMap((sample) => (agreed.has(sample.id) ? [`${JSON.stringify(sample)}\n`] : [])),
    );
  process.stdout.write(json ? `${JSON.stringify(result, null, 1)}\n` : formatText(result));
}

/** @throws WovError that names a line that is not a sample */
async function readSampleFile(file: string): Promise<Sample[]> {
  if (!existsSync(file)) throw new WovError(`${file}: there is no such file`, 2);
  const samples: Sample[] = [];
  for await (const { line, number } of readLines(file)) samples.push(readSample(line, `${file}, line ${number}`));
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
  const lines = examples.map(
    ({ id, given, chosen }) =>
      `  ${id}: the sample says ${given}, the other model ${chosen ? `says ${chosen}` : "gave no readable answer"}\n`,
  );
  return (
    `Agreement on ${agree} of ${samples} samples: ${percentText(agreement)} % (95 % interval ${rangeText(interval)}); ` +
    `${differ} answered differently, ${unparsed} unparsed\n${lines.join("")}`
  );
}
