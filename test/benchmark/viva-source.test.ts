import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditBenchmark, VIVA, type VivaBenchmark, vivaBenchmark } from "../../lib/benchmark/index";
import { drawItems, MODEL_PIXELS, pocketBenchmark, renderPng } from "../../lib/pocket/index";
import { sha256 } from "../../lib/store/index";
import { close, listen } from "./loopback";
import { type StubHub, startHub } from "./stub-hub";

const drawn = drawItems("test", 4, 1);
const pictures = drawn.map(({ picture }) => renderPng(picture.svg, 96));
let hub: StubHub;
let server: Server;
let origin: string;
let asked: string[];
let root: string;

beforeAll(async () => {
  // Addresses with "gone" in them are dead; the others have the picture of their number.
  server = createServer((request, response) => {
    asked.push(request.url!);
    if (request.url!.includes("gone")) return response.writeHead(404).end();
    response.end(pictures[Number(/\d+/.exec(request.url!)![0]) - 1]);
  });
  origin = await listen(server);
  hub = await startHub("");
});
afterAll(() => {
  close(server);
  hub.close();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-viva-"));
  mkdirSync(join(root, "run"));
  asked = [];
  hub.asked = 0;
  hub.content = annotations(["/1", "/gone/2", "/3", "/4"]);
});
afterEach(() => rmSync(root, { recursive: true }));

/** A file in VIVA's format, with a bare NaN, whose pictures have these addresses. */
const annotations = (addresses: string[]) =>
  JSON.stringify(
    drawn.map(({ row }, i) => ({
      ...row,
      image_file: `${i + 1}.jpg`,
      image_url: origin + addresses[i],
      reason: "NAN",
    })),
  ).replaceAll('"NAN"', "NaN");

const source = (more: Partial<VivaBenchmark> = {}) =>
  vivaBenchmark(root, {
    hubUrl: hub.url,
    tested: sha256(hub.content),
    allowed: (address) => address === "127.0.0.1",
    items: 4,
    seeds: () => [],
    ...more,
  });
const prepare = (one = source(), more = {}) =>
  one.prepare({ root, folder: join(root, "run"), path: (file) => join("run", file), ...more });
const inFolder = (folder: string, names: string[]) => {
  mkdirSync(join(root, folder));
  names.forEach((name, i) => {
    writeFileSync(join(root, folder, name), pictures[i % pictures.length]!);
  });
};
const cached = () => join(root, VIVA.folder, VIVA.path);
const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};
/** An error that the command line prints as one line. */
const refusal = (message: string | RegExp, exitCode = 2) => {
  const text = typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message);
  return expect.objectContaining({ name: "WovError", exitCode, message: text });
};

describe("from the Hub, with pictures from their addresses", () => {
  it("downloads both during preparation, and records which pictures are missing and why", async () => {
    const seen: number[][] = [];
    const records = await prepare(source(), { onProgress: (...counts: number[]) => seen.push(counts) });
    const path = (index: number) => join(VIVA.folder, "images", `${index}.jpg`);
    expect(records).toEqual([
      { index: 1, path: path(1), sha256: sha256(pictures[0]!) },
      { index: 2, missing: "HTTP 404" },
      { index: 3, path: path(3), sha256: sha256(pictures[2]!) },
      { index: 4, path: path(4), sha256: sha256(pictures[3]!) },
    ]);
    expect(seen.at(-1)).toEqual([4, 4]);
    expect(readFileSync(join(root, path(3)))).toEqual(pictures[2]);
    expect(auditBenchmark(join(root, "run/benchmark.json"))).toEqual(auditBenchmark(cached()));
    expect(readdirSync(join(root, "run"))).toEqual(["benchmark.json"]); // the pictures are not copied
  });

  it("fetches only what it does not have yet when it is prepared again", async () => {
    await prepare();
    asked = [];
    hub.asked = 0;
    await prepare();
    expect([asked, hub.asked]).toEqual([["/gone/2"], 0]);
  });

  it("has one spec, before and after the download, on any machine", async () => {
    const before = source().spec();
    expect(before).toEqual({
      source: "viva",
      sha256: sha256(hub.content),
      asPublished: false,
      items: 4,
      pictures: "fetched",
    });
    expect(existsSync(join(root, VIVA.folder))).toBe(false);
    await prepare();
    expect(source().spec()).toEqual(before);
    expect(source({ revision: "v1" }).spec()).toEqual(before); // the content is pinned, whatever its revision is called
  });

  it("expects all items and pictures before, and names the annotation file once it is there", async () => {
    expect([source().expected(), source({ items: undefined }).expected()]).toEqual([
      { items: 4, pictures: 4, fetched: true },
      { items: 1240, pictures: 1240, fetched: true },
    ]);
    await prepare();
    expect(source().expected()).toEqual({ items: 4, pictures: 4, fetched: true, file: cached() });
  });

  it("shows a picture once it is fetched", async () => {
    expect(await source().picture(1, 40)).toBe(undefined);
    await prepare();
    expect(await sharp(await source().picture(1, 40)).metadata()).toMatchObject({ format: "png", width: 40 });
    for (const index of [2, 99]) expect(await source().picture(index, 40)).toBe(undefined);
  });

  it("takes only the first items where a number is given, and fetches only their pictures", async () => {
    const few = source({ items: 3, asPublished: true });
    expect([few.name, few.asPublished, source({ items: undefined }).name]).toEqual(["viva-3", true, "viva"]);
    expect(await prepare(few)).toHaveLength(3);
    expect(asked.sort()).toEqual(["/1", "/3", "/gone/2"]);
    expect(auditBenchmark(join(root, "run/benchmark.json")).items).toHaveLength(3);
  });

  it("refuses another file than the pinned one, unless the profile names it", async () => {
    const tested = "0".repeat(64);
    const got = sha256(hub.content);
    await expect(prepare(source({ tested }))).rejects.toEqual(
      refusal(`${cached()} is not the file on which this kit was tested: its SHA-256 is ${got}, expected ${tested}. `),
    );
    await expect(prepare(source({ tested }))).rejects.toThrow(`add 'file: ${VIVA.folder}/${VIVA.path}' to the profile`);
    const named = source({ tested, file: `${VIVA.folder}/${VIVA.path}` });
    expect(named.spec()).toMatchObject({ source: "viva", sha256: got });
    expect(await prepare(named)).toHaveLength(4);
  });

  it("says how many pictures could not be fetched for each reason, and what to do, if there is none", async () => {
    hub.content = annotations(["/gone/1", "/gone/2", "/gone/3", ""]).replace(`"${origin}"`, '"ftp://x"');
    await expect(prepare()).rejects.toEqual(
      refusal(
        /None of 4 pictures could be fetched from its address \(HTTP 404 3, not a web address 1\)\. .*Drive.*'images: FOLDER'$/,
        1,
      ),
    );
    expect(readdirSync(join(root, "run"))).toEqual([]);
  });

  it("passes on what is wrong with the Hub", () =>
    expect(prepare(source({ revision: "gated" }))).rejects.toThrow(/the Hub refuses it \(HTTP 401\)/));

  it("stops when it is asked to, and continues later", async () => {
    const stop = new AbortController();
    const options = { signal: stop.signal, onProgress: () => stop.abort() };
    await expect(prepare(source(), options)).rejects.toThrow(/abort/i);
    expect(readdirSync(join(root, "run"))).toEqual([]);
    expect(await prepare()).toHaveLength(4);
    await expect(prepare(source(), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("with a folder downloaded by hand", () => {
  it("uses its pictures where they are, and asks no address", async () => {
    inFolder("by-hand", ["1.jpg", "3.jpg", "notes.txt"]);
    const one = source({ images: "by-hand" });
    const [before, expected] = [one.spec(), one.expected()];
    expect(expected).toEqual({ items: 4, pictures: 2 });
    expect(await prepare(one)).toEqual([
      { index: 1, path: join("by-hand", "1.jpg"), sha256: sha256(pictures[0]!) },
      { index: 2, missing: "not in the folder" },
      { index: 3, path: join("by-hand", "3.jpg"), sha256: sha256(pictures[1]!) },
      { index: 4, missing: "not in the folder" },
    ]);
    expect([one.spec(), asked]).toEqual([before, []]);
    expect(source({ images: "by-hand", file: join(VIVA.folder, VIVA.path) }).spec()).toEqual(before);
    writeFileSync(join(root, "by-hand/2.jpg"), pictures[2]!);
    expect(one.spec()).not.toEqual(before);
    expect(one.expected()).toEqual({ items: 4, pictures: 3, file: cached() });
  });

  it("says so where the folder is not there", async () => {
    const one = source({ images: "none" });
    const message = `${join(root, "none")}: there is no such folder of pictures. Download the pictures from`;
    expect([errorOf(one.spec), errorOf(one.expected)]).toEqual([refusal(message), refusal(message)]);
    await expect(prepare(one)).rejects.toEqual(refusal(message));
  });

  it("shows names that it expected and names that it found where none matches", async () => {
    inFolder("other-names", ["a.jpg", "b.jpg", "c.jpg"]);
    mkdirSync(join(root, "nested/images"), { recursive: true });
    mkdirSync(join(root, "empty"));
    const found = { "other-names": "a.jpg, b.jpg, …", nested: "images/", empty: "nothing" };
    for (const [images, names] of Object.entries(found))
      await expect(prepare(source({ images }))).rejects.toEqual(
        refusal(`no file has the name of an item's picture: expected 1.jpg, 2.jpg, …, found ${names}. Download the`),
      );
  });

  it("counts the reasons where no picture is intact", async () => {
    inFolder("broken", []);
    writeFileSync(join(root, "broken/1.jpg"), pictures[0]!.subarray(0, 200));
    await expect(prepare(source({ images: "broken" }))).rejects.toEqual(
      refusal("broken: no file is a picture that can be used (not in the folder 3, damaged 1). Download", 1),
    );
  });
});

describe("with an annotation file of one's own", () => {
  const own = (more = {}) => source({ file: "own.json", ...more });

  it("is determined by that file", async () => {
    writeFileSync(join(root, "own.json"), hub.content);
    const before = own().spec();
    expect(before).toEqual(source().spec());
    expect(own().expected()).toEqual({ items: 4, pictures: 4, fetched: true, file: join(root, "own.json") });
    expect(await prepare(own())).toHaveLength(4);
    expect([own().spec(), hub.asked]).toEqual([before, 0]);
    writeFileSync(join(root, "own.json"), `${hub.content}\n`);
    expect(own().spec()).not.toEqual(before);
  });

  it("says so where it is not there", async () => {
    const message = `${join(root, "own.json")}: there is no such file. Correct 'file' in the profile's benchmark, or`;
    expect([errorOf(own().spec), errorOf(own().expected)]).toEqual([refusal(message), refusal(message)]);
    await expect(prepare(own())).rejects.toEqual(refusal(message));
  });

  it("says so where half of it is missing", async () => {
    writeFileSync(join(root, "own.json"), hub.content.slice(0, 900));
    const message = "own.json: cannot be read as a benchmark: its end is missing. Delete it and copy it again, or";
    expect(errorOf(own().spec)).toEqual(refusal(message));
    await expect(prepare(own())).rejects.toEqual(refusal(message));
  });
});

it("a drawn benchmark expects what it will draw", () =>
  expect(pocketBenchmark({ items: 5, seed: 1 }).expected()).toEqual({
    items: 5,
    pictures: 5,
    picture: { width: MODEL_PIXELS, height: MODEL_PIXELS },
  }));

/** VIVA's own file: its licence keeps it out of this project, so it is read where it is beside the project. */
const viva = resolve("../shared/viva/VIVA_annotation.json");
if (!existsSync(viva)) console.warn(`NOT RUN: a test on VIVA's own file, as there is no ${viva}`);

it.skipIf(!existsSync(viva))(
  "VIVA's own file is the pinned one, and its pictures have the expected names",
  async () => {
    inFolder("by-hand", ["1.jpg", "7.jpg", "1240.jpg"]);
    const real = { tested: undefined, items: undefined, images: "by-hand" };
    const [pinned, local] = [source(real), source({ ...real, file: viva })];
    const before = pinned.spec();
    expect(before).toMatchObject({ sha256: VIVA.sha256, items: null });
    expect(local.spec()).toEqual(before);
    expect([pinned.expected(), local.expected()]).toEqual([
      { items: 1240, pictures: 3 },
      { items: 1240, pictures: 3, file: viva },
    ]);
    const records = await prepare(local);
    expect(records.filter((record) => "path" in record).map(({ index }) => index)).toEqual([1, 7, 1240]);
    expect(records.filter((record) => "missing" in record)).toHaveLength(1237);
    expect([local.spec(), pinned.spec()]).toEqual([before, before]);
    expect(auditBenchmark(join(root, "run/benchmark.json"))).toEqual(auditBenchmark(viva));
    // The same file where the Hub's copy would be.
    mkdirSync(join(root, VIVA.folder), { recursive: true });
    writeFileSync(cached(), readFileSync(viva));
    expect(await prepare(pinned)).toEqual(records);
    expect(hub.asked).toBe(0);
  },
);
