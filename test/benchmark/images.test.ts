import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { download, isPublic } from "../../lib/benchmark/download";
import { fetchImages, type ImageRecord, type Item, imageYield } from "../../lib/benchmark/index";
import { verifyPicture } from "../../lib/benchmark/verify";
import { drawItems, renderPng } from "../../lib/pocket/index";
import { close, listen } from "./loopback";

const folder = mkdtempSync(join(tmpdir(), "wov-images-"));
const good = renderPng(drawItems("test", 5, 1)[0]!.picture.svg, 128);
const TINY_GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
let server: Server;
let origin: string;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url!;
    asked.push(path);
    if (path.startsWith("/good")) return response.end(good);
    if (path === "/gone") return response.writeHead(404).end();
    if (path === "/html")
      return response.writeHead(200, { "content-type": "image/jpeg" }).end("<!DOCTYPE html><p>Gone");
    if (path === "/tiny") return response.end(TINY_GIF);
    if (path === "/cut") return response.end(good.subarray(0, good.length / 2));
    if (path === "/text") return response.end("no picture at all");
    if (path === "/inside") return response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
    if (path === "/moved") return response.writeHead(301, { location: "/good-2" }).end();
    if (path === "/round") return response.writeHead(302, { location: "/round" }).end();
    if (path === "/file") return response.writeHead(302, { location: "file:///etc/passwd" }).end();
    if (path === "/flaky" && asked.filter((p) => p === "/flaky").length > 1) return response.end(good);
    if (path === "/flaky") return response.writeHead(503).end();
    if (path === "/silent") return undefined;
    const endless = setInterval(() => response.write(Buffer.alloc(1_000_000)), 1);
    request.on("close", () => clearInterval(endless));
  });
  origin = await listen(server);
});
afterAll(() => {
  close(server);
  rmSync(folder, { recursive: true });
});

const item = (index: number, path: string, to: string): Item => ({
  index,
  image: join(to, `${index}.png`),
  imageUrl: path.startsWith("/") ? origin + path : path,
  options: [],
  gold: "A",
  category: "",
  situation: "",
});
/** The lines of a log that are JSON. */
const readLog = (log: string): ImageRecord[] =>
  readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
const allowed = (address: string) => address === "127.0.0.1";
const limits = { timeoutMs: 1500, bytes: 20_000_000, redirects: 3 };

describe("fetching pictures", () => {
  const outcomes: [string, string][] = [
    ["/good-1", "ok"],
    ["/moved", "ok"],
    ["/flaky", "ok"],
    ["/gone", "HTTP 404"],
    ["/html", "HTML, not a picture"],
    ["/tiny", "too small"],
    ["/cut", "damaged"],
    ["/text", "not JPEG, PNG, GIF or WebP"],
    ["/endless", "too large"],
    ["/inside", "private address"],
    ["/round", "too many redirects"],
    ["/file", "not a web address"],
    ["/silent", "no answer in time"],
    ["ftp://example.org/1.jpg", "not a web address"],
    ["http://10.0.0.1/1.jpg", "private address"],
    ["not an address", "not a web address"],
  ];
  const to = join(folder, "fetched");
  const items = () => outcomes.map(([path], i) => item(i + 1, path, to));

  it("keeps what is a picture, and tells of each other what it is", async () => {
    const records = await fetchImages(items(), to, { allowed, limits });
    expect(records.map(({ url, outcome }) => [url.replace(origin, ""), outcome])).toEqual(outcomes);
    expect(imageYield(records)).toMatchObject({ ok: 3, "private address": 2 });
    expect(readFileSync(join(to, "1.png"))).toEqual(good);
    expect(records[0]).toMatchObject({
      width: 128,
      height: 128,
      bytes: good.length,
      sha256: expect.stringMatching(/^\w{64}$/),
    });
  });

  it("does not fetch again what it has, unless the file was changed", async () => {
    asked.length = 0;
    writeFileSync(join(to, "2.png"), "changed");
    await fetchImages(items().slice(0, 3), to, { allowed, limits });
    expect(asked).toEqual(["/moved", "/good-2"]);
  });

  it("fetches again what is half there, and what belongs to another benchmark's item of this index", async () => {
    asked.length = 0;
    writeFileSync(join(to, "1.png"), good.subarray(0, good.length / 2));
    const [, second, third] = items();
    const other = { ...second!, image: join(to, "other.png") };
    const records = await fetchImages([items()[0]!, other, third!], to, { allowed, limits });
    expect(records.map(({ file, outcome }) => [file, outcome])).toEqual([
      ["1.png", "ok"],
      ["other.png", "ok"],
      ["3.png", "ok"],
    ]);
    expect(asked.sort()).toEqual(["/good-1", "/good-2", "/moved"]);
    expect(readFileSync(join(to, "1.png"))).toEqual(good);
  });

  it("survives damaged lines of its log: only their pictures are fetched again", async () => {
    const torn = join(folder, "torn");
    const four = [1, 2, 3, 4].map((index) => item(index, `/good-${index}`, torn));
    await fetchImages(four, torn, { allowed, limits });
    const log = join(torn, "images.jsonl");
    const lines = four.map(({ index }) => JSON.stringify(readLog(log).find((record) => record.index === index)));
    // The second line is cut off and the third glued to it; the fourth was being written when the process ended.
    writeFileSync(log, `${lines[0]}\n${lines[1]!.slice(0, 30)}${lines[2]}\n{"index": 1}\n${lines[3]!.slice(0, 30)}`);
    asked.length = 0;
    for (const run of [1, 2]) {
      const records = await fetchImages(four, torn, { allowed, limits });
      expect([run, records.map(({ outcome }) => outcome)]).toEqual([run, ["ok", "ok", "ok", "ok"]]);
    }
    expect(asked.sort()).toEqual(["/good-2", "/good-3", "/good-4"]);
    expect(
      readLog(log)
        .map(({ index }) => index)
        .sort(),
    ).toEqual([1, 1, 2, 3, 4]);
  });

  it("stops when it is asked to, and has on record what it had fetched", async () => {
    const stopped = join(folder, "stopped");
    const stop = new AbortController();
    const many = Array.from({ length: 40 }, (_, i) => item(i + 1, `/good-${i}`, stopped));
    const options = { allowed, limits, signal: stop.signal, onProgress: () => stop.abort() };
    await expect(fetchImages(many, stopped, options)).rejects.toThrow(/abort/i);
    const fetched = readLog(join(stopped, "images.jsonl")).length;
    expect(fetched).toBeGreaterThan(0);
    expect(fetched).toBeLessThan(20);
  });

  it("verifies a folder in place", async () => {
    const place = join(folder, "in-place");
    mkdirSync(place);
    writeFileSync(join(place, "1.png"), good);
    writeFileSync(join(place, "2.png"), good.subarray(0, good.length / 2));
    const records = await fetchImages([item(1, "", place), item(2, "", place)], place, { from: place });
    expect(records.map(({ outcome }) => outcome)).toEqual(["ok", "damaged"]);
    expect(readFileSync(join(place, "1.png"))).toEqual(good);
    expect(readFileSync(join(place, "2.png"))).toEqual(good.subarray(0, good.length / 2));
  });

  it("fetches no file for items that name it for different pictures, and one file for those that share a picture", async () => {
    const shared = join(folder, "shared");
    const named = (index: number, path: string, name: string) => ({
      ...item(index, path, shared),
      image: join(shared, name),
    });
    const items = [
      named(1, "/good-1", "a.png"),
      named(2, "/good-2", "A.png"),
      named(3, "/good-3", "b.png"),
      named(4, "/good-3", "b.png"),
    ];
    const records = await fetchImages(items, shared, { allowed, limits });
    expect(records.map(({ outcome }) => outcome)).toEqual([
      "file name of another picture",
      "file name of another picture",
      "ok",
      "ok",
    ]);
    expect(existsSync(join(shared, "a.png"))).toBe(false);
    const byHand = await fetchImages(items.slice(0, 1), join(folder, "shared-2"), { from: shared });
    expect(byHand[0]!.outcome).toBe("not in the folder");
  });

  it("takes a file of a folder for all items that name it, whatever their addresses", async () => {
    const place = join(folder, "given");
    mkdirSync(place);
    writeFileSync(join(place, "a.png"), good);
    const items = [1, 2].map((index) => ({ ...item(index, `/good-${index}`, place), image: join(place, "a.png") }));
    const records = await fetchImages(items, place, { from: place });
    expect(records.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
  });

  it.each(["tiff", "avif", "svg", "svg with a head", "jp2"])("refuses %s, which no endpoint takes", async (format) => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="9000"><circle r="4000"/></svg>';
    const files: Record<string, () => Buffer | Promise<Buffer>> = {
      tiff: () => sharp(good).tiff().toBuffer(),
      avif: () => sharp(good).avif().toBuffer(),
      svg: () => Buffer.from(svg),
      "svg with a head": () => Buffer.from(`<?xml version="1.0"?>\n<!-- drawn -->\n${svg}`),
      jp2: () => Buffer.from("0000000c6a5020200d0a870a00000014667479706a703220", "hex"),
    };
    const bytes = await files[format]!();
    const started = performance.now();
    expect(await verifyPicture(bytes)).toEqual({ failed: "not JPEG, PNG, GIF or WebP" });
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each(["jpeg", "png", "gif", "webp"] as const)("takes %s", async (format) =>
    expect(await verifyPicture(await sharp(good).toFormat(format).toBuffer())).toMatchObject({ format, width: 128 }),
  );

  it("gives one reason for a damaged file, however many of them are verified at a time", async () => {
    const half = good.subarray(0, good.length / 2);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => verifyPicture(half)));
    expect(new Set(outcomes.map((outcome) => "failed" in outcome && outcome.failed))).toEqual(new Set(["damaged"]));
  });

  it("takes a folder's pictures instead", async () => {
    const by = join(folder, "by-hand");
    const records = await fetchImages(items().slice(0, 2), by, { from: to });
    expect(records.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
    const [missing] = await fetchImages([item(99, "/good-1", by)], by, { from: to });
    expect(missing!.outcome).toBe("not in the folder");
  });

  it("names a folder that is not there", async () =>
    expect(fetchImages([], folder, { from: join(folder, "none") })).rejects.toThrow(/no such folder/));
});

describe("addresses", () => {
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:127.0.0.1",
  ])("%s is not public", (address) => expect(isPublic(address)).toBe(false));
  it("8.8.8.8 is", () => expect(isPublic("8.8.8.8")).toBe(true));
  it("a name that points to this machine is refused", async () =>
    expect(await download(`http://localhost:${new URL(origin).port}/good`)).toMatchObject({
      failed: "private address",
    }));
});
