import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { accuraciesOf, nearAccuracy, nearShown, tableAfter } from "./tolerance";

const readme = readFileSync(join(projectRoot(), "README.md"), "utf8");

it("accepts 6 items of 1,240, and not 7", () => {
  const share = (items: number) => Number(((100 * items) / 1240).toFixed(2));
  expect([share(1006), share(994), share(1007), share(993)].map((a) => nearAccuracy(a, share(1000)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it("accepts twice as much in a table's other numbers, and no more", () => {
  expect([nearShown("1012", "1000"), nearShown("1013", "1000")]).toEqual([true, false]);
  expect([nearShown("50500", "50000"), nearShown("50501", "50000")]).toEqual([true, false]);
  expect([nearShown("-2.4", "-3.4"), nearShown("-2.3", "-3.4")]).toEqual([true, false]);
});

it("finds every accuracy in the README's tables", () => {
  expect(accuraciesOf(tableAfter("Table 1", readme))).toEqual([77.18, 83.87, 67.9, 74.03, 73.06]);
  expect(accuraciesOf(tableAfter("Table 2", readme))).toHaveLength(11 + 9 + 5 + 3);
});

it("is what the README says", () =>
  expect(readme).toContain("an accuracy may differ by up to 6 of the 1,240 items (0.5 points)"));
