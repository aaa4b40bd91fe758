import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { secretOf } from "../../lib/secret";

const root = mkdtempSync(join(tmpdir(), "wov-key-"));
afterAll(() => rmSync(root, { recursive: true }));

it("reads one secret of .env, and leaves the others out of the environment that jobs inherit", () => {
  expect(secretOf(root, "WOV_TEST_KEY")).toBeUndefined();
  writeFileSync(join(root, ".env"), 'WOV_TEST_KEY="one two"\nWOV_TEST_OTHER=three\nWOV_TEST_EMPTY=\n');
  expect(secretOf(root, "WOV_TEST_KEY")).toBe("one two");
  expect(secretOf(root, "WOV_TEST_EMPTY")).toBeUndefined();
  expect([process.env.WOV_TEST_KEY, process.env.WOV_TEST_OTHER]).toEqual([undefined, undefined]);
});
