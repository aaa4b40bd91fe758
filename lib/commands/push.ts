import type { Command } from "commander";
import { WovError } from "../errors";
import { escapeControls } from "../escape";
import { hubToken, hubUrl } from "../hub";
import { projectRoot } from "../root";
import { prepareUpload, upload } from "../share/index";
import { options } from "./options";

interface PushOptions {
  to: string;
  profile?: string;
  yes?: boolean;
  public?: boolean;
}

/** `wov push`: uploads a run to the Hugging Face Hub, or with no --yes shows what it would upload. */
export function define(command: Command): void {
  command
    .argument("<run>", "folder or id of a finished run: samples become a dataset, a training's adapter a model")
    .requiredOption("--to <name>", "name on the Hub, as user/name")
    .option(...options.profile)
    .option("--yes", "upload; without it, show what would be uploaded")
    .option("--public", "make a new dataset or model public; it is private by default")
    .addHelpText(
      "after",
      "\nThe card is written from the manifests of the runs. That of an adapter has the training text, the settings," +
        "\nthe results with intervals, the base model's licence as its card states it, and how to load and recompute it." +
        "\n--profile names the study of an adapter, where it is none of those in data/profiles.",
    )
    .action(push);
}

async function push(run: string, { to, profile, yes, public: isPublic }: PushOptions): Promise<void> {
  const root = projectRoot();
  const token = hubToken(root);
  const prepared = await prepareUpload(root, run, to, { profile, token, hubUrl: hubUrl() });
  if (!yes) {
    const files = prepared.files.map(({ path, bytes }) => `  ${path}  ${(bytes / 1e6).toFixed(1)} MB\n`);
    process.stdout.write(
      `${escapeControls(prepared.card)}\nFiles:\n${files.join("")}\nNothing was sent. Pass --yes to upload it to ${to}.\n`,
    );
    return;
  }
  if (!token)
    throw new WovError("no token: set HF_TOKEN in the environment or in a file .env (it is not written anywhere)", 2);
  const address = await upload(prepared, { token, hubUrl: hubUrl(), private: !isPublic });
  process.stdout.write(`${address}\n`);
}
