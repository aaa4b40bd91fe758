import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { WovError } from "../../lib/errors";
import { loadPaper } from "../../lib/published/index";
import { writeReport } from "../../lib/report/index";
import { noBrowser, openBrowser, openPage } from "../report/browser";
import { largeResults } from "../report/large";
import { drawPng } from "../report/planted";

/** How fast the report of a large study is, in a browser; medians in ms. */
export interface ReportTimes {
  items: number;
  systems: number;
  /** Until the item browser has painted something, as the browser reports it. */
  firstPaintMs: number;
  /** From a click on a filter until the list with other items is painted. */
  filterMs: number;
  /** The same without doing anything: what painting takes on this machine now. */
  emptyFrameMs: number;
}

const TIMES = 21;

/** Measures first paint and filters of a report with made-up answers. */
export async function measureReport(root: string): Promise<ReportTimes> {
  if (noBrowser) throw new WovError(`the report is measured in a browser, and ${noBrowser}`);
  const folder = mkdtempSync(join(tmpdir(), "wov-bench-report-"));
  const browser = await openBrowser();
  try {
    const results = largeResults();
    await writeReport(folder, results, drawPng, loadPaper(root, {}));
    const { page, open } = await openPage(browser, folder);
    const paints = await repeat(async () => {
      await open("#items");
      await page.waitForSelector("#items .reply q, #items .reply summary");
      return page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]!.startTime);
    });
    let clicks = 0;
    const filters = await repeat(() => {
      clicks += 1;
      return untilPainted(
        page,
        `document.querySelectorAll("#items-app .choice")[${clicks % 2 === 0 ? 0 : 2}].click();`,
      );
    });
    const frames = await repeat(() => untilPainted(page, ""));
    return {
      items: results.items.length,
      systems: results.cells.length,
      firstPaintMs: median(paints),
      filterMs: median(filters),
      emptyFrameMs: median(frames),
    };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

export const reportTimesText = ({ items, systems, firstPaintMs, filterMs, emptyFrameMs }: ReportTimes): string =>
  [
    `A report of ${items.toLocaleString("en")} items and ${systems} systems, in Chromium, medians of ${TIMES}:`,
    `  first paint       ${firstPaintMs.toFixed(0)} ms`,
    `  filter, to paint  ${filterMs.toFixed(0)} ms (an empty frame: ${emptyFrameMs.toFixed(0)} ms)`,
  ].join("\n");

/** Time from doing something until it is painted, in ms. */
const untilPainted = (page: Page, what: string) =>
  page.evaluate<number>(`(async () => {
    const start = performance.now();
    ${what}
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - start;
  })()`);

async function repeat(measure: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < TIMES; i++) all.push(await measure());
  return all;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
