import { join, relative } from "node:path";
import type { Command } from "commander";
import { buildTinyModels } from "../../remote/tiny_models/build";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { lockStudy } from "../store/index";

/** `wov tiny-models`: trains the five tiny models from scratch. */
export function define(command: Command): void {
  command
    .option("--to <folder>", "folder for the models; data/pocket/models by default")
    .option("--miniature", "run only a few steps of everything, to test that it works")
    .action(async ({ to, miniature = false }: { to?: string; miniature?: boolean }) => {
      const root = projectRoot();
      if (miniature && !to)
        throw new WovError("--miniature would overwrite the real models: give another folder with --to", 2);
      const target = to ?? join(root, "data/pocket/models");
      const release = lockStudy(root, "tiny-models");
      try {
        await buildTinyModels(root, target, miniature);
      } finally {
        release();
      }
      process.stderr.write(`the models are in ${relative(".", target)}; runs of the old models are kept\n`);
    });
}
