import type { AnswerResults } from "../study/index";
import { claims } from "./claims";
import { NOT_THERE, type Table } from "./table";

/** The claims as a table. */
export function claimsTable(results: AnswerResults): Table {
  const several = results.seeds.length > 1;
  return {
    name: "claims",
    title: "What the paper found, and whether this run shows it",
    note:
      "Differences are in points, on the items that both saw; p is corrected by Holm within each row (exact McNemar test, " +
      "or a sign-flip test over clusters if the benchmark repeats questions" +
      (several
        ? `; over training seeds, a t test whose variance is that over items plus that over seeds). With several seeds, their mean decides, with an interval over items and seeds. VLMs: how many show it, each taken alone. Seeds: in how many it holds by the sizes of the differences alone. `
        : "). VLMs: how many show it, each taken alone. ") +
      results.evidence,
    columns: [
      { key: "claim", label: "Claim" },
      { key: "rule", label: "Counts as shown here if" },
      { key: "holds", label: "Shown here?" },
      { key: "vlms", label: "VLMs" },
      ...(several ? [{ key: "seeds", label: "Seeds" }] : []),
      { key: "numbers", label: "Numbers" },
    ],
    rows: claims(results).map(({ claim, rule, holds, vlms, seeds, numbers }) => ({
      claim,
      rule,
      holds: holds === undefined ? NOT_THERE : holds ? "yes" : "no",
      vlms: countText(vlms),
      seeds: countText(seeds),
      numbers,
    })),
  };
}

const countText = (count: { holds: number; of: number } | undefined): string =>
  count && count.of > 0 ? `${count.holds} of ${count.of}` : NOT_THERE;
