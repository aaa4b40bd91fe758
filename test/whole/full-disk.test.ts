import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawItems } from "../../lib/pocket/index";
import { type Answer, serveChat } from "../ask/server";
import { writeQuestions } from "../synthesis/writer";
import { makeProject, start } from "./project";
import { mountSmallDisk, type SmallDisk } from "./small-disk";

const IN_FLIGHT = 4;
/** Answers that have gone out when the disk becomes full. */
const ANSWERED = 10;
/** A record of a reply takes more than a page, so that the disk is full at once. */
const TALK = "Because it helps. ".repeat(400);

const root = makeProject();
let disk: SmallDisk | undefined;
let fillAt = ANSWERED;

/** Answers, and fills the disk before the answer that is to find it full. */
const thenFull =
  (answer: Answer): Answer =>
  (asked) => {
    if (asked.asked === fillAt) disk!.fill();
    return answer(asked);
  };

beforeAll(() => {
  writeFileSync(join(root, "benchmark.json"), JSON.stringify(drawItems("test", 60, 5).map(({ row }) => row)));
  disk = mountSmallDisk(join(root, "runs"), "2m");
});
afterAll(() => {
  disk?.unmount();
  rmSync(root, { recursive: true, force: true });
});

/** The records of the runs of a kind: ids of the requests. */
function recorded(name: string): string[] {
  const folders = readdirSync(join(root, "runs/ask")).filter((folder) => folder.startsWith(name));
  return folders.flatMap((folder) => {
    const file = join(root, "runs/ask", folder, "records.jsonl");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    return text.split("\n").flatMap((line) => (line ? [JSON.parse(line).custom_id as string] : []));
  });
}

describe.each<[string, string, string[], Answer]>([
  ["wov ask", "situations", ["ask", "situations", "--benchmark", "benchmark.json"], () => `The answer is A. ${TALK}`],
  [
    "wov generate",
    "replies",
    ["generate", "--sizes", "20", "40", "--validation", "10"],
    (asked) => `${writeQuestions(asked)}\n${TALK}`,
  ],
])("%s on a disk that becomes full", (_, name, args, answer) => {
  it("stops at once, loses no reply that was received, and goes on when there is room", async (context) => {
    if (!disk) return context.skip("a small disk cannot be mounted here");
    fillAt = ANSWERED;
    const server = await serveChat(thenFull(answer), 20);
    const model = ["--model", "m", "--endpoint", server.baseURL, "--concurrency", String(IN_FLIGHT)];
    const full = await start(root, [...args, ...model]).ended;
    expect([full.code, full.stderr]).toEqual([1, expect.stringMatching(/the disk is full.*free some space/is)]);
    const { asked } = server.count();
    expect(asked).toBeGreaterThan(ANSWERED);
    expect(asked).toBeLessThanOrEqual(ANSWERED + 2 * IN_FLIGHT);
    const kept = recorded(name);
    expect(kept.length).toBeGreaterThanOrEqual(ANSWERED);
    expect(new Set(kept).size).toBe(kept.length);

    disk.clear();
    fillAt = Number.POSITIVE_INFINITY;
    const again = await start(root, [...args, ...model]).ended;
    await server.close();
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
    const all = recorded(name);
    expect(all.slice(0, kept.length)).toEqual(kept);
    expect(new Set(all).size).toBe(all.length);
    // What was on its way when the disk became full has found room.
    expect(server.count().paidTwice).toBe(0);
  });
});
