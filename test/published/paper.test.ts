import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compareWithPaper, loadPaperRows, type PaperRow, valueAt } from "../../lib/published/index";
import { projectRoot } from "../../lib/root";
import { loadProfile } from "../../lib/study/index";

const root = projectRoot();
const rows = loadPaperRows(root);
const folder = mkdtempSync(join(tmpdir(), "wov-paper-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the rows", () => {
  it("are many, and each is about something else", () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect(new Set(rows.map(({ says }) => says)).size).toBe(rows.length);
  });

  it("name files of the kit that exist", () => {
    expect(rows.flatMap(({ where }) => where).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it("cover each section that fixes a choice", () => {
    const places = rows.map(({ place }) => place).join(" ");
    for (const place of ["§2.1", "§2.2", "§3.1", "§3.2", "§4.1", "B.1", "B.2", "B.3", "B.4", "Figure 4", "Table 2"])
      expect(places).toContain(place);
  });

  it("say where a choice comes from that the paper leaves open", () => {
    const open = rows.filter(({ unstated }) => unstated);
    expect(open.length).toBeGreaterThan(10);
    for (const { says, source } of open) {
      expect(says).toMatch(/\b(?:Does not|does not)\b/);
      expect(source).toMatch(/^(?:this kit|the profile|the authors' scripts|the defaults of)/);
    }
  });
});

describe("the keys of the rows", () => {
  const profiles = readdirSync(join(root, "data/profiles"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => loadProfile(root, basename(file, ".yaml")));
  /** Keys that the pocket profile does not set. */
  const ELSEWHERE = /^(?:benchmark\.as_published|sources\.gpt-4o\.model|synthesis\.examples|training\.seeds)$/;

  it("are keys of a profile", () => {
    const keys = rows.flatMap(({ key }) => (key === undefined ? [] : [key]));
    const isKey = (key: string) => profiles.some((profile) => valueAt(profile, key) !== undefined);
    expect(keys.filter((key) => !isKey(key) && !ELSEWHERE.test(key))).toEqual([]);
  });

  it("have values of the same type", () => {
    const type = (value: unknown) => (Array.isArray(value) ? `list of ${typeof value[0]}` : typeof value);
    for (const profile of profiles)
      for (const { key, value, ours } of compareWithPaper(rows, profile))
        if (value !== undefined && ours !== undefined) expect([key, type(ours)]).toEqual([key, type(value)]);
  });

  it("show that the pocket study trains as the paper does, but for the learning rate", () => {
    const compared = compareWithPaper(rows, loadProfile(root, "pocket"));
    const training = compared.filter(({ key, value, unstated }) => key?.startsWith("training.") && value && !unstated);
    expect(training.filter(({ verdict }) => verdict !== "as in the paper")).toEqual([
      expect.objectContaining({ key: "training.learning_rate", value: 2e-5, ours: 1e-3, verdict: "differs" }),
    ]);
  });
});

describe("compareWithPaper", () => {
  const row = (rest: Partial<PaperRow>): PaperRow => ({ place: "B.4", says: "So.", where: ["lib/cli.ts"], ...rest });
  const profile = { training: { rank: 32, batch: 8 }, sizes: [10, 20], off: false };
  it.each<[string, Partial<PaperRow>, object]>([
    ["the same number", { key: "training.rank", value: 32 }, { ours: 32, verdict: "as in the paper" }],
    ["the same list", { key: "sizes", value: [10, 20] }, { ours: [10, 20], verdict: "as in the paper" }],
    ["the same false", { key: "off", value: false }, { ours: false, verdict: "as in the paper" }],
    ["another number", { key: "training.batch", value: 32 }, { ours: 8, verdict: "differs" }],
    ["a number as text", { key: "training.rank", value: "32" }, { ours: 32, verdict: "differs" }],
    ["another order", { key: "sizes", value: [20, 10] }, { verdict: "differs" }],
    ["a key that is not set", { key: "training.alpha", value: 16 }, { verdict: "not set" }],
    ["a key below a number", { key: "training.rank.x", value: 16 }, { verdict: "not set" }],
    ["a key of all objects", { key: "training.constructor", value: "x" }, { verdict: "not set" }],
    [
      "the scripts' number",
      { key: "training.batch", value: 8, unstated: true, source: "the scripts" },
      { verdict: "as in the source" },
    ],
    [
      "not the scripts' number",
      { key: "training.batch", value: 9, unstated: true, source: "the scripts" },
      { verdict: "differs" },
    ],
    [
      "a choice of the kit",
      { key: "training.batch", unstated: true, source: "this kit" },
      { ours: 8, verdict: "not stated by the paper" },
    ],
    ["a departure", { departs: "Since." }, { verdict: "departs" }],
    ["a departure with the paper's value", { key: "off", value: false, departs: "x" }, { verdict: "as in the paper" }],
    ["what the kit does", {}, { verdict: "done in the kit" }],
  ])("of %s", (_, rest, expected) => {
    const [compared] = compareWithPaper([row(rest)], profile);
    expect(compared).toMatchObject({ ...row(rest), ...expected });
    expect("ours" in compared!).toBe(compared!.ours !== undefined);
  });
});

describe("a broken file", () => {
  const shipped = readFileSync(join(root, "data/paper.yaml"), "utf8");
  const errorOf = (text: string): Error & { exitCode?: number } => {
    mkdirSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "data/paper.yaml"), text);
    try {
      loadPaperRows(folder);
    } catch (error) {
      return error as Error;
    }
    throw new Error("the file was taken");
  };
  const lineOf = (text: string, part: string) => text.split("\n").findIndex((line) => line.includes(part)) + 1;

  it.each([
    ["a misspelt key", "  value: viva", "  valeu: viva", /'0\.valeu': .*valeu/],
    ["a wrong type", "  key: training.rank", "  key: 5", /'\d+\.key': .*expected string/i],
    ["a value without a key", "  key: sizes", "  departs: So.", /'\d+\.value': expected 'key' beside 'value'/],
    ["broken YAML", "  where: [remote/loading.py]", "  where: [remote/loading.py", /line \d+: /],
  ])("with %s is reported with its line", (_, from, to, message) => {
    const changed = shipped.replace(from, to);
    expect(changed).not.toBe(shipped);
    const error = errorOf(changed);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`${join(folder, "data/paper.yaml")}, line `);
    expect(error.exitCode).toBe(2);
  });

  it("names the very line", () => {
    const changed = shipped.replace("  key: training.rank", "  key: 5");
    expect(errorOf(changed).message).toContain(`line ${lineOf(changed, "  key: 5")},`);
  });

  it("names the row that lacks something", () => {
    const changed = "- place: B.1\n  says: So.\n  where: [lib/cli.ts]\n- place: B.2\n  where: [lib/cli.ts]\n";
    expect(errorOf(changed).message).toMatch(/line 4, '1\.says': /);
  });

  it("needs a source beside a choice that is left open", () => {
    const row = "- place: B.1\n  says: So.\n  where: [lib/cli.ts]\n";
    expect(errorOf(`${row}  unstated: true\n`).message).toMatch(/'0\.source': expected 'unstated: true' and 'source'/);
    expect(errorOf(`${row}  source: me\n`).message).toMatch(/line 4, '0\.source': expected 'unstated: true'/);
  });

  it("may not be empty", () => expect(errorOf("[]\n").message).toMatch(/line 1, '': /));
});
