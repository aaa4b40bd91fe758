import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, it } from "vitest";
import { auditBenchmark, type FileBenchmark, fileBenchmark } from "../../lib/benchmark/index";
import { drawItems, renderPng } from "../../lib/pocket/index";
import { sha256 } from "../../lib/store/index";

let root: string;
const drawn = drawItems("test", 4, 1);
const png = renderPng(drawn[0]!.picture.svg, 96);
const seed = { situation: "s", question: "q", options: ["A. Go.", "B. Stay."], answer: "A", rationale: "r" };
const rows = drawn.map(({ row }, i) => ({
  ...row,
  image_file: `${i + 1}.png`,
  category: i === 3 ? "NOT" : row.category,
}));
const source = (more: Partial<FileBenchmark> = {}) =>
  fileBenchmark(root, { file: "my_benchmark.json", seeds: () => [seed], ...more });
const write = (name: string, content: string | Buffer) => writeFileSync(join(root, name), content);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-source-"));
  mkdirSync(join(root, "images"));
  mkdirSync(join(root, "run"));
  // Python's JSON: the last item has a bare NaN; the third lacks its gold option.
  const [third] = [rows[2]!];
  const lacking = {
    ...third,
    action_list: third.action_list.filter((option) => !option.startsWith(third.answer)),
    action_answer: `${third.action_list.join("\n")}\nSelected Action: ${third.answer}`,
  };
  const all = [rows[0], rows[1], lacking, { ...rows[3], reason: "NAN" }];
  write("my_benchmark.json", `\uFEFF${JSON.stringify(all).replace('"NAN"', "NaN")}`);
  write("images/1.png", png);
  write("images/2.png", png.subarray(0, png.length / 2));
  write("images/4.png", png);
});
afterEach(() => rmSync(root, { recursive: true }));

const prepare = (one = source(), more = {}) =>
  one.prepare({ root, folder: join(root, "run"), path: (file) => join("run", file), ...more });

it("leaves the file in VIVA's format, and a record per item: its picture, or why there is none", async () => {
  const seen: number[][] = [];
  const records = await prepare(source(), { onProgress: (...counts: number[]) => seen.push(counts) });
  expect(records).toEqual([
    { index: 1, path: join("images", "1.png"), sha256: sha256(png) },
    { index: 2, missing: "damaged" },
    { index: 3, missing: "not in the folder" },
    { index: 4, path: join("images", "4.png"), sha256: sha256(png) },
  ]);
  expect(seen.at(-1)).toEqual([4, 4]);
  const [copy, original] = ["run/benchmark.json", "my_benchmark.json"].map((name) => auditBenchmark(join(root, name)));
  expect(copy).toEqual(original);
  expect(copy!.faults.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["nan", "missing-gold-option"]));
});

it("takes only the first items where a number is given, and the options as they were published", async () => {
  const few = source({ items: 3, asPublished: true });
  expect(await prepare(few)).toHaveLength(3);
  const { items } = auditBenchmark(join(root, "run/benchmark.json"), "x", { asPublished: few.asPublished });
  expect(items.map(({ options }) => options.length)).toEqual([5, 5, 4]);
  expect([few.name, source().name]).toEqual(["my-benchmark-3", "my-benchmark"]);
});

it("names pictures by their absolute paths where they are outside of the project", async () => {
  const inner = join(root, "project");
  const [first] = await fileBenchmark(inner, {
    file: "../my_benchmark.json",
    images: "../images",
    seeds: () => [],
  }).prepare({ root: inner, folder: join(root, "run"), path: (file) => file });
  expect(first).toMatchObject({ path: join(root, "images/1.png") });
});

it("is determined by the file, by how it is read, and by which pictures there are", () => {
  const before = source().spec();
  const withFile = (name: string, content: string | Buffer) => {
    const original = existsSync(join(root, name)) ? readFileSync(join(root, name)) : undefined;
    write(name, content);
    const spec = source().spec();
    if (original) write(name, original);
    return spec;
  };
  const changes: [string, () => unknown, boolean][] = [
    ["nothing", () => source().spec(), true],
    [
      "another folder of the same pictures",
      () => {
        mkdirSync(join(root, "other"));
        for (const name of ["1.png", "2.png", "4.png"])
          write(`other/${name}`, readFileSync(join(root, "images", name)));
        return source({ images: join(root, "other") }).spec();
      },
      true,
    ],
    ["a picture of no item", () => withFile("images/5.png", png), true],
    ["as published", () => source({ asPublished: true }).spec(), false],
    ["fewer items", () => source({ items: 3 }).spec(), false],
    ["a picture of another size", () => withFile("images/2.png", png), false],
    ["the file", () => withFile("my_benchmark.json", JSON.stringify(rows)), false],
  ];
  for (const [what, change, same] of changes)
    expect([what, JSON.stringify(change()) === JSON.stringify(before)]).toEqual([what, same]);
});

it("shows pictures as PNG of a width, and none where there is none", async () => {
  const shown = await source().picture(1, 40);
  expect(await sharp(shown).metadata()).toMatchObject({ format: "png", width: 40 });
  for (const index of [2, 3, 99]) expect(await source().picture(index, 40)).toBe(undefined);
});

it("expects the items of the file, and the pictures that are in the folder", () => {
  const file = join(root, "my_benchmark.json");
  expect(source().expected()).toEqual({ items: 4, pictures: 3, file });
  expect(source({ items: 3, images: "none" }).expected()).toEqual({ items: 3, pictures: 0, file });
});

it("can do without pictures, unless they are needed", async () => {
  const without = await prepare(source({ images: "none" }));
  expect(without).toHaveLength(4);
  const needy = source({ images: "none", needsPictures: true });
  expect(() => needy.spec()).toThrow(/none: there is no such folder of pictures\. Give the folder/);
  await expect(prepare(needy)).rejects.toThrow(/no such folder of pictures/);
  expect(source({ needsPictures: true }).spec()).toEqual(source().spec());
});

it("says so where its file is not there", () =>
  expect(() => source({ file: "none.json" }).spec()).toThrow(/none\.json: there is no such file\. Give the path/));

it("gives the seed questions that it was given", () => expect(source().seeds()).toEqual([seed]));

it("stops when it is asked to, and leaves no file", async () => {
  await expect(prepare(source(), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  expect(() => readFileSync(join(root, "run/benchmark.json"))).toThrow(/ENOENT/);
});
