import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { hubToken, hubUrl } from "../hub";
import { projectRoot } from "../root";
import { type MergeEvent, mergeAdapter } from "../share/index";
import { options } from "./options";

/** `wov merge`: merges an adapter into its base model. */
export function define(command: Command): void {
  command
    .argument("<run>", "folder or id of a finished training")
    .requiredOption("--out <folder>", "the new folder; it appears only when it is complete")
    .option("--base <path>", "the base model's folder or name, if it is not where the training found it")
    .option(...options.profile)
    .addHelpText(
      "after",
      "\nFor engines that take no adapters. The folder holds the weights as safetensors, the processor, the chat template" +
        "\nthat training saw, and a card. Another base model, or another revision of it, is refused.",
    )
    .action(async (run: string, given: { out: string; base?: string; profile?: string }) => {
      const root = projectRoot();
      const out = resolve(given.out);
      const base = given.base !== undefined && existsSync(given.base) ? resolve(given.base) : given.base;
      const hub = { token: hubToken(root), hubUrl: hubUrl() };
      const onEvent = (event: MergeEvent) => void process.stderr.write(`${eventText(event)}\n`);
      await mergeAdapter(root, run, { ...given, out, base, ...hub, onEvent });
      process.stdout.write(`${out}\n`);
    });
}

const STEPS = { load: "loading the base model …", merge: "merging the adapter …", write: "writing …" };
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 1)} GB`;

function eventText(event: MergeEvent): string {
  if (event.event === "size")
    return `the weights will take ${gigabytes(event.bytes)}; ${gigabytes(event.free)} are free`;
  if (event.event === "step") return STEPS[event.step];
  if (event.event === "progress") return `${gigabytes(event.done)} of ${gigabytes(event.total)}`;
  return event.message;
}
