import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { datasetCard } from "../../lib/share/card";
import { ATTACK, rawIn } from "../attack";

const root = mkdtempSync(join(tmpdir(), "wov-card-"));
afterAll(() => rmSync(root, { recursive: true }));

it("the card of samples shows reasons, letters and names of others as text", () => {
  const rejected = { reason: ATTACK, text: "x", call: "call-0" };
  const contaminated = { reason: "contamination", twinFrom: ATTACK, text: "x", call: "call-0" };
  writeFileSync(join(root, "rejected.jsonl"), `${JSON.stringify(rejected)}\n${JSON.stringify(contaminated)}\n`);
  const letters = { [ATTACK]: 1 };
  writeFileSync(join(root, "letters.json"), JSON.stringify({ written: letters, balanced: letters }));
  const manifest = {
    code: { version: "1.2.3" },
    step: "samples",
    name: ATTACK,
    hash: "0123456789abcdef",
    counts: { kept: 1, read: 2, calls: 1 },
    finishedAt: "2030-01-02T03:04:05Z",
  };
  const shared = { run: { path: (file: string) => file, verify: () => {} }, samples: manifest, replies: undefined };
  const card = datasetCard(root, shared as never, ["records.jsonl"], "me/questions");
  const [, , body] = card.split(/^---$/m);
  expect(rawIn(body!)).toBeNull();
  expect(body).toContain("fake");
  expect(body).not.toMatch(/(?<!\\)<(?:script|img)|\]\(|^error: /m);
  for (const row of body!.split("\n").filter((line) => line.startsWith("|")))
    expect(row.replaceAll("\\|", "").split("|")).toHaveLength(4);
});
