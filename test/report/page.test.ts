import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPaper } from "../../lib/published/index";
import { writeReport } from "../../lib/report/index";
import { projectRoot } from "../../lib/root";
import { ATTACK } from "../attack";
import { noBrowser, openBrowser, openPage } from "./browser";
import { largeResults } from "./large";
import { drawPng, plantedResults } from "./planted";

const paper = loadPaper(projectRoot(), {});
const VIEWS = ["#findings", "#results", "#items", "#samples", "#play", "#method"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Waits until a view has built what it shows. */
const built = (page: Page, hash: string) =>
  page.waitForSelector(
    { "#items": "#items .reply q, #items .reply summary", "#samples": "#samples .detail h2", "#play": "button.option" }[
      hash
        .replace(/[?-].*/, "")
        .replace("#item", "#items")
        .replace("#itemss", "#items")
    ] ?? ".view.active h1",
  );

describe.skipIf(noBrowser)(`the page of a report${noBrowser && ` (skipped: ${noBrowser})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "wov-large-"));
  let browser: Browser;
  beforeAll(async () => {
    await writeReport(join(folder, "written"), largeResults(), drawPng, paper);
    renameSync(join(folder, "written"), join(folder, "moved"));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  const open = (options?: Parameters<typeof openPage>[2]) => openPage(browser, join(folder, "moved"), options);

  it("opens from the disk, wherever it was moved, and asks nothing of the network", async () => {
    const { page, asked, errors, open: go } = await open();
    for (const hash of VIEWS) {
      await go(hash);
      await built(page, hash);
      expect(await page.isVisible(`${hash} h1`)).toBe(true);
    }
    expect([asked, errors]).toEqual([[], []]);
  });

  it("shows the items that filters ask for, in the list, in the count and in the address", async () => {
    const { page, open: go } = await open();
    await go("#items?system=vlm/picture/teacher-14&show=gained&words=needle");
    await built(page, "#items");
    // Right before training are items 1 to 600, after it 1 to 980; every tenth has the word.
    await page.waitForSelector("#items .results:text-is('38 of 1,240 items')");
    expect(await page.textContent("#items .tabulator-row a")).toBe("601");
    await page.click("#items .choice.lost");
    expect(await page.textContent("#items .results")).toBe("0 of 1,240 items");
    expect(await page.evaluate("location.hash")).toBe("#items?system=vlm/picture/teacher-14&show=lost&words=needle");
  });

  it("opens the item of a link, and the next with a key", async () => {
    const { page, open: go } = await open();
    await go("#item-12?system=vlm/picture");
    await built(page, "#item-12");
    expect(await page.textContent("#items .detail h2")).toBe("Item 12");
    expect(await page.textContent("#items tr.focus")).toContain("before training");
    await page.keyboard.press("j");
    expect(await page.textContent("#items .detail h2")).toBe("Item 13");
    expect(await page.evaluate("location.hash")).toBe("#item-13?system=vlm/picture");
    expect(await page.textContent("#items .command code")).toBe("npx wov trace vlm/picture --profile made-up");
  });

  it("shows the item of a link in the list, wherever it stands there", async () => {
    const { page, open: go } = await open();
    for (const number of [1200, 3]) {
      await go(`#item-${number}?system=vlm/picture`);
      await page.waitForSelector(`#items .tabulator-row.open a:text-is("${number}")`);
      expect(await page.locator("#items .tabulator-row.open").count()).toBe(1);
    }
    await page.click("#items .choice.wrong"); // right are items 1 to 600
    await page.waitForSelector('#items .tabulator-row.open a:text-is("601")');
    expect(await page.textContent("#items .tabulator-row a")).toBe("601");
  });

  it("keeps the cursor in the field for words while items are filtered", async () => {
    const { page, open: go } = await open();
    await go("#items?system=vlm/picture");
    await built(page, "#items");
    await page.keyboard.press("/");
    await page.keyboard.type("needle j");
    expect(await page.inputValue("#items input[type=search]")).toBe("needle j");
    expect(await page.textContent("#items .results")).toBe("0 of 1,240 items");
    await page.keyboard.press("Backspace");
    expect(await page.textContent("#items .results")).toBe("124 of 1,240 items");
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
  });

  it("lets the reader play, with keys alone", async () => {
    const { page, open: go } = await open();
    await go("#play");
    await built(page, "#play");
    for (let round = 0; round < 10; round++) {
      await page.keyboard.press("1"); // A is always right here
      await page.waitForSelector(".next");
      await page.keyboard.press("Enter");
    }
    expect(await page.textContent("#play h2")).toBe("You had 10 of 10 right");
    expect(await page.textContent("#play .you")).toContain("10 of 10");
  });

  it.each([
    ["light", 1400],
    ["dark", 390],
  ] as const)("is accessible and fits its window: %s, %i pixels wide", async (colorScheme, width) => {
    const { page, open: go } = await open({ colorScheme, viewport: { width, height: 850 }, bypassCSP: true });
    for (const hash of VIEWS) {
      await go(hash);
      await built(page, hash);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect([hash, serious.map(({ id, nodes }) => [id, nodes[0]!.html.slice(0, 200)])]).toEqual([hash, []]);
      expect([hash, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([hash, width]);
    }
  });

  it("shows tables, figures and ten items without JavaScript, and on paper", async () => {
    const { page, open: go } = await open({ javaScriptEnabled: false });
    await go("");
    for (const part of ["#findings .claims", "#results table", "#results img", "#items .item", "#method #limits"])
      expect([part, await page.isVisible(part)]).toEqual([part, true]);
    const scripted = await open();
    await scripted.open("#play");
    await scripted.page.emulateMedia({ media: "print" });
    for (const part of ["#findings .claims", "#results table", "#items .item", "#method #limits"])
      expect([part, await scripted.page.isVisible(part)]).toEqual([part, true]);
    expect(await scripted.page.isVisible("#play-app")).toBe(false);
  });
});

describe.skipIf(noBrowser)("a page whose texts are attacks", () => {
  const folder = mkdtempSync(join(tmpdir(), "wov-attacked-"));
  let browser: Browser;
  beforeAll(async () => {
    await writeReport(folder, plantedResults(), drawPng, paper);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it("runs none of them and shows them as text", async () => {
    const { page, asked, errors, dialogs, open: go } = await openPage(browser, folder, { bypassCSP: true });
    const shown: string[] = [];
    for (const hash of [
      ...VIEWS,
      "#item-3",
      "#samples?source=teacher&show=all",
      ...[1, 2, 3, 4, 5].map((n) => `#samples?show=all&sample=${n}`),
    ]) {
      await go(hash);
      await built(page, hash);
      shown.push(await page.innerText(".view.active"));
      const planted = "script:not([src]), img[src=x], [onerror], [onload]";
      expect([hash, await page.locator(planted).count()]).toEqual([hash, 0]);
    }
    await go("#play");
    await built(page, "#play");
    await page.keyboard.press("1");
    shown.push(await page.innerText("#play"));
    for (const [i, text] of shown.entries())
      expect([i, text]).toEqual([i, expect.stringContaining("<script>alert(1)</script>")]);
    expect(shown.join("")).not.toContain("\u202e");
    expect([asked, errors, dialogs]).toEqual([[], [], []]);
  });

  it("has a policy under which an inline script would not run either", async () => {
    const { page, open: go } = await openPage(browser, folder);
    await go("");
    const planted = JSON.stringify(`<img src=x onerror="document.title='owned'">${ATTACK}`);
    await page.evaluate(`document.body.insertAdjacentHTML("beforeend", ${planted})`);
    await page.waitForTimeout(200);
    expect(await page.title()).not.toBe("owned");
  });
});
