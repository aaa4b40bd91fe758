import type { Command } from "commander";
import { WovError } from "../errors";
import { hubToken, hubUrl } from "../hub";
import { projectRoot } from "../root";
import { prepareUpload, uploadDataset } from "../share/index";

interface PushOptions {
  to: string;
  yes?: boolean;
  public?: boolean;
}

/** `wov push`: uploads a run of samples to the Hugging Face Hub, or with no --yes shows what it would upload. */
export function define(command: Command): void {
  command
    .argument("<run>", "folder or id of a finished run of samples")
    .requiredOption("--to <name>", "name of the dataset, as user/name")
    .option("--yes", "upload; without it, show what would be uploaded")
    .option("--public", "make a new dataset public; it is private by default")
    .action(push);
}

async function push(run: string, { to, yes, public: isPublic }: PushOptions): Promise<void> {
  const root = projectRoot();
  const upload = prepareUpload(root, run, to);
  if (!yes) {
    const files = upload.files.map(({ path, bytes }) => `  ${path}  ${(bytes / 1e6).toFixed(1)} MB\n`);
    process.stdout.write(
      `${upload.card}\nFiles:\n${files.join("")}\nNothing was sent. Pass --yes to upload it to ${to}.\n`,
    );
    return;
  }
  const token = hubToken(root);
  if (!token)
    throw new WovError("no token: set HF_TOKEN in the environment or in a file .env (it is not written anywhere)", 2);
  const address = await uploadDataset(upload, { token, hubUrl: hubUrl(), private: !isPublic });
  process.stdout.write(`${address}\n`);
}
