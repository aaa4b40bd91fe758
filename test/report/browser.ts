import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

/** How long a page may take on a busy machine. */
const MAX_WAIT_MS = 100_000;

/** Why tests in a browser are skipped; empty if they are not. */
export const noBrowser = existsSync(CHROMIUM) ? "" : `there is no ${CHROMIUM} (Debian's package chromium)`;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** A page of a report on the disk, with what it asked of the network and what went wrong. */
export interface OpenPage {
  page: Page;
  /** Addresses outside of the report's folder that were asked for. */
  asked: string[];
  /** Errors of scripts, and what the browser refused or complained about. */
  errors: string[];
  /** Dialogs that a script opened. */
  dialogs: string[];
  /** Goes to another place of the report, as if it were opened there. */
  open(hash: string): Promise<void>;
}

export async function openPage(
  browser: Browser,
  folder: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 950 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(MAX_WAIT_MS);
  const own = `file://${folder}/`;
  const [asked, errors, dialogs]: [string[], string[], string[]] = [[], [], []];
  page.on("request", (request) => {
    if (!request.url().startsWith(own) && !request.url().startsWith("data:")) asked.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("dialog", async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  return {
    page,
    asked,
    errors,
    dialogs,
    open: async (hash) => {
      await page.goto("about:blank");
      await page.goto(`file://${join(folder, "index.html")}${hash}`);
    },
  };
}
