import type { Command } from "commander";
import { secretOf } from "../ask/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { prepareUpload, uploadDataset } from "../share/index";

interface PushOptions {
  to: string;
  yes?: boolean;
  public?: boolean;
}

/** `wov push`: uploads a run of samples to the Hugging Face Hub; a dry run unless it is confirmed. */
export function define(command: Command): void {
  command
    .argument("<run>", "a finished run of samples: its folder or id")
    .requiredOption("--to <name>", "the dataset: user/name")
    .option("--yes", "upload; without it, show what would be uploaded")
    .option("--public", "make a new dataset public")
    .action(push);
}

async function push(run: string, { to, yes, public: isPublic }: PushOptions): Promise<void> {
  const root = projectRoot();
  const upload = prepareUpload(root, run, to);
  if (!yes) {
    const files = upload.files.map(({ path, bytes }) => `  ${path}  ${(bytes / 1e6).toFixed(1)} MB\n`);
    process.stdout.write(`${upload.card}\nFiles:\n${files.join("")}\nNothing was sent: --yes sends it to ${to}.\n`);
    return;
  }
  const token = secretOf(root, "HF_TOKEN");
  if (!token) throw new WovError("no token: set HF_TOKEN in the environment or in .env (it is written nowhere)", 2);
  const address = await uploadDataset(upload, { token, hubUrl: process.env.HF_ENDPOINT, private: !isPublic });
  process.stdout.write(`${address}\n`);
}
