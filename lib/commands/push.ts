import type { Command } from "commander";
import { secretOf } from "../ask/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { prepareUpload, uploadDataset } from "../share/index";

/** `wov push`: a run of samples to the Hugging Face Hub; a dry run unless it is confirmed. */
export function define(command: Command): void {
  command
    .requiredOption("--to <name>", "the dataset: user/name")
    .option("--yes", "send it")
    .option("--public", "let everyone see it, if the dataset is made now")
    .action(async (run: string, { to, yes, public: open }: { to: string; yes?: boolean; public?: boolean }) => {
      const root = projectRoot();
      const upload = prepareUpload(root, run, to);
      if (!yes) {
        const files = upload.files.map(({ path, bytes }) => `  ${path}  ${(bytes / 1e6).toFixed(1)} MB`);
        process.stdout.write(
          `${upload.card}\nFiles:\n${files.join("\n")}\n\nNothing was sent: --yes sends it to ${to}.\n`,
        );
        return;
      }
      const token = secretOf(root, "HF_TOKEN");
      if (!token)
        throw new WovError("no token: set HF_TOKEN in the environment or in .env (it is not written anywhere)", 2);
      const address = await uploadDataset(upload, { token, hubUrl: process.env.HF_ENDPOINT, private: !open });
      process.stdout.write(`${address}\n`);
    });
}
