import { parse } from "yaml";
import type { Random } from "../../lib/random";
import { projectRoot } from "../../lib/root";
import { loadProfile } from "../../lib/study/index";
import { SMALL } from "../whole/project";
import { mutateJson, mutateText, randomText, writeJson } from "./mutate";
import { writeScratch } from "./scratch";
import { demand, demandPlace, type Input, type Target } from "./target";

const root = projectRoot();

function input(text: string): Input {
  const file = writeScratch("profile.yaml", text);
  return {
    text,
    read: () => loadProfile(root, file),
    check: (result, error) => {
      if (error) return demandPlace(error, file, /, line \d+/);
      const { models, sources, sizes } = result as ReturnType<typeof loadProfile>;
      demand(Object.keys(models).length > 0 && sizes.length > 0, "a profile without models or sizes");
      demand(typeof sources === "object", "a profile without sources");
    },
  };
}

const kinds: ((random: Random) => Input)[] = [
  (random) => input(mutateText(random, SMALL)),
  (random) => input(writeJson(random, mutateJson(random, parse(SMALL)))), // JSON is YAML
  (random) => input(writeJson(random, mutateJson(random, mutateJson(random, parse(SMALL))))),
  (random) =>
    input(SMALL + randomText(random, ["a: ", "- ", "&x ", "*x", "? ", "!!js ", "%YAML 1.2\n", "\n  ", "|", ">"])),
  (random) =>
    input(random.pick(["[", "{", "- ", "a: ", "&a ", "? ", "*a ", "'", "  ", "\t", "!"]).repeat(random.int(3000))),
  (random) => input(bomb(random.int(12))),
];

/** Aliases of aliases: ten times as many values with each line. */
function bomb(lines: number): string {
  const rows = Array.from({ length: lines }, (_, i) => {
    const inside = i === 0 ? "x" : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array(10).fill(inside).join(", ")}]`;
  });
  return `${rows.join("\n")}\n${SMALL}`;
}

/** Profiles of studies. */
export const profiles: Target = { name: "profiles", weight: 2, make: (random) => random.pick(kinds)(random) };
