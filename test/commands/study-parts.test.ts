import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, makeProject, SMALL, wov } from "../whole/project";

let root: string;
let part: Ended;
beforeAll(async () => {
  root = makeProject();
  part = await wov(root, "study", "--profile", "small.yaml", "--only", "pilot");
});
afterAll(() => rmSync(root, { recursive: true }));

describe("wov study of a part", () => {
  it("counts the steps that it does, prints what there is, and says what is missing and how to go on", () => {
    expect(part.code).toBe(0);
    const [, wanted] = part.stderr.match(/^(\d+) steps? to do\./)!;
    expect(part.stderr).toContain(`[${wanted}/${wanted}]`);
    expect(part.stderr).not.toContain(`[${Number(wanted) + 1}/`);
    expect(part.stdout).toMatch(/^\| Qwen2 \| caption \| \d+\.\d\d \|/m);
    expect(part.stdout).toMatch(/^\| Qwen2-VL \| \d+\.\d\d \| Teacher \| – \| – \|$/m);
    expect(part.stderr).toMatch(
      /\n\d+ of \d+ steps of the study are not done yet \(synthesis, training, controls\)\. The tables show “–” for what is missing\. Next: npx wov study --profile small\.yaml\n$/,
    );
  });

  it("a copy of the profile with another name computes nothing again, and has a report of its own", async () => {
    writeFileSync(join(root, "copy.yaml"), SMALL.replace("name: small", "name: another"));
    const before = readFileSync(join(root, "report/small/table1.md"), "utf8");
    const again = await wov(root, "study", "--profile", "copy.yaml", "--only", "pilot");
    expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("to do")]);
    expect(readFileSync(join(root, "report/copy/table1.md"), "utf8")).toBe(before);
    expect(existsSync(join(root, "report/small/index.html"))).toBe(true);
  });
});
