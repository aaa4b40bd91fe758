import { counted } from "../count";
import { type Claim, claims, claimsTable, type Table, table2, vlmCells } from "../show/index";
import { type FiledResults, overSeeds, type Results, seedsFile } from "../study/index";

// How firm a study's findings are: the report of a study shows its larger study beside its own numbers.

/** "5 training seeds and 6 VLMs" */
export const sizeText = (larger: FiledResults): string =>
  `${counted(larger.seeds.length, "training seed")} and ${counted(vlmCells(larger).length, "VLM")}`;

/** Accuracy and gains of the larger study, with intervals over items and seeds. */
export function overSeedsTable(results: Results): Table | undefined {
  const larger = overSeeds(results);
  if (!larger) return undefined;
  return { ...table2(larger), name: "over-seeds", title: `Gains over ${sizeText(larger)}. Accuracy on pictures, %` };
}

/** How many VLMs and seeds of the larger study show each finding. */
export function overSeedsClaims(results: Results): Table | undefined {
  const larger = overSeeds(results);
  if (!larger) return undefined;
  const { columns, rows, ...table } = claimsTable(larger);
  const decided = claims(larger).map(({ holds }) => holds !== undefined);
  return {
    ...table,
    name: "over-seeds-claims",
    title: `Findings over ${sizeText(larger)}`,
    columns: columns.filter(({ key }) => !["rule", "numbers"].includes(key)), // as for the study itself
    rows: rows.filter((_, i) => decided[i]),
  };
}

/** What the larger study is, where its numbers come from, and how they are computed again; "" if there is none. */
export function overSeedsText(results: Results): string {
  const larger = overSeeds(results);
  if (!larger) return "";
  const [file, { profile, manifest }] = [seedsFile(results.profile), larger];
  const builds = vlmCells(larger).length / Math.max(1, vlmCells(results).length);
  const models = builds > 1 && Number.isInteger(builds) ? `, on ${builds} builds of each model` : "";
  return (
    `In the rest of this report, each training was done once. The study ${profile} does each with ` +
    `${counted(larger.seeds.length, "random seed")}${models}. Its answers are in ${file} (SHA-256 ` +
    `${manifest.sha256.slice(0, 16)}…): ${counted(manifest.runs, "run")}, the last finished on ` +
    `${manifest.finishedAt.slice(0, 10)}, ${Math.round(manifest.seconds / 60)} min of computing in all. ` +
    `\`npx wov study --profile ${profile}\` computes them again, \`npx wov results --profile ${profile} --out ${file}\` ` +
    "writes the file, and `npx wov verify` checks that it was not changed."
  );
}

/** By the text of a claim, that of the larger study. */
export function claimsOverSeeds(results: Results): ReadonlyMap<string, Claim> {
  const larger = overSeeds(results);
  const found = larger ? claims(larger).filter(({ holds }) => holds !== undefined) : [];
  return new Map(found.map((claim) => [claim.claim, claim]));
}
