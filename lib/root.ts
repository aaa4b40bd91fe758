import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WovError } from "./errors";

/** The project's folder: WOV_ROOT if it is set, otherwise the nearest one at or above the working directory. */
export function projectRoot(): string {
  if (process.env.WOV_ROOT) return process.env.WOV_ROOT;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === "words-over-vision") return folder;
    if (dirname(folder) === folder)
      throw new WovError(
        "no words-over-vision project here: run this in the project's folder, or with its notebook kernel",
        2,
      );
  }
}
