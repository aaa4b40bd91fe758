import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPaper } from "../../lib/published/index";
import { writeReport } from "../../lib/report/index";
import { overSeedsClaims, overSeedsTable } from "../../lib/report/over-seeds";
import { projectRoot } from "../../lib/root";
import { type FiledResults, overSeeds, pictureCell, type Results, readResultsFile } from "../../lib/study/index";
import { makeResults, resultOf } from "../show/results";
import { drawPng } from "./planted";

const filed = readResultsFile(join(projectRoot(), "data/pocket/seeds.json"));

/** A pocket study with one seed and one result, about the items and models of the committed file. */
function pocketResults(changes: Partial<Results> = {}): Results {
  const [vlm] = Object.keys(filed.bases) as [string];
  const items = filed.items.map((item) => ({
    ...item,
    image: "",
    situation: "",
    options: item.options.map(({ letter }) => ({ letter, text: letter })),
  }));
  const { labels, bases, published, teacher, sizes } = filed;
  const found = [resultOf(pictureCell(vlm), 900, items)];
  return { ...makeResults({ found, items }), profile: "pocket", labels, bases, published, teacher, sizes, ...changes };
}

/** Accuracy of an answer file's cell in percent, counted from its letters. */
function percentOf({ items, cells, get }: FiledResults, model: string, size?: number): number {
  const own = cells.filter(({ model: one, input, variant, trained }) =>
    one === model && input === "picture" && variant === "plain" && trained?.size === size && size !== undefined
      ? trained?.source === filed.teacher
      : one === model && input === "picture" && variant === "plain" && !trained && size === undefined,
  );
  const shares = own.map((cell) => {
    const { letters } = get(cell)!;
    return items.filter(({ index, gold }) => letters.get(index) === gold).length / items.length;
  });
  return (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length;
}

describe("the larger study beside a study with one training seed", () => {
  it("is shown for the items and models that it is about, and for no others", () => {
    expect(overSeeds(pocketResults())?.seeds).toEqual(filed.seeds);
    const { items, labels } = pocketResults();
    const others = items.map((item, i) => (i === 7 ? { ...item, gold: item.gold === "A" ? "B" : "A" } : item));
    const renamed = Object.fromEntries(Object.keys(labels.models).map((id) => [id, "another build"]));
    for (const changes of [
      { profile: "my-copy" },
      { profile: "../pocket" },
      { seeds: [7, 8] },
      { items: others },
      { items: items.slice(1) },
      { labels: { ...labels, models: renamed } },
    ])
      expect([Object.keys(changes), overSeeds(pocketResults(changes))]).toEqual([Object.keys(changes), undefined]);
    expect(overSeedsTable(makeResults())).toBeUndefined();
  });

  it("has the mean accuracy of each VLM before and after training, and the gain with its interval", () => {
    const { rows } = overSeedsTable(pocketResults())!;
    const size = filed.sizes.at(-1)!;
    for (const vlm of Object.keys(filed.bases)) {
      const row = rows.find(({ model }) => model === filed.labels.models[vlm])!;
      const [before, after] = [percentOf(filed, vlm), percentOf(filed, vlm, size)];
      expect([vlm, row.before]).toEqual([vlm, before.toFixed(2)]);
      const [, accuracy, gain, low, high] = /^([\d.]+) \((\S+?)\*?; (\S+) to (\S+)\)$/.exec(String(row[size]))!;
      const [points, from, to] = [gain, low, high].map((text) => Number(text!.replace("−", "-")));
      expect(Number(accuracy)).toBeCloseTo(after, 2);
      expect(points).toBeCloseTo(after - before, 1);
      expect(from! <= points! && points! <= to!).toBe(true);
    }
  });

  it("counts the VLMs for which a finding holds", () => {
    const { rows } = overSeedsClaims(pocketResults())!;
    const gains = Object.keys(filed.bases).filter(
      (vlm) => percentOf(filed, vlm, filed.sizes.at(-1)!) > percentOf(filed, vlm),
    ).length;
    const lifts = rows.find(({ claim }) => String(claim).startsWith("Training on the teacher's text alone"))!;
    const [holds, of] = String(lifts.vlms).split(" of ").map(Number);
    expect(of).toBe(Object.keys(filed.bases).length);
    expect(holds! <= gains).toBe(true);
    // A claim about controls, which the larger study leaves out, is not counted as not shown.
    expect(rows.every((row) => row.holds === "yes" || row.holds === "no")).toBe(true);
  });

  it("stands in the report with its file, the command that recomputes it, and beside each finding", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wov-seeds-"));
    const html = readFileSync(
      await writeReport(folder, pocketResults(), drawPng, loadPaper(projectRoot(), {})),
      "utf8",
    );
    expect(html).toContain(`<code>npx wov study --profile ${filed.profile}</code>`);
    expect(html).toContain(`data/pocket/seeds.json (SHA-256 ${filed.manifest.sha256.slice(0, 16)}`);
    const vlms = Object.keys(filed.bases).length;
    const beside = html.match(/class="firm">Over <a href="#over-seeds">\d+ training seeds and (\d+) VLMs</g) ?? [];
    expect(beside).toHaveLength(overSeedsClaims(pocketResults())!.rows.length);
    expect(beside[0]).toContain(`${vlms} VLMs`);
    rmSync(folder, { recursive: true });
  });
});
