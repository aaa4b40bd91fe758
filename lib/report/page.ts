import { escapeHtml } from "../escape";

/** A part of the page that is shown alone, where there are scripts; otherwise all stand below each other. */
export interface View {
  id: string;
  /** Its name in the navigation. */
  name: string;
  title: string;
  html: string;
}

/**
 * Scripts come from the page's own folder only, and nothing is sent anywhere. `file:` stands beside 'self', since a page
 * that is opened from disk has no origin. Styles may stand in elements: tables have their alignment there.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' file:",
  "style-src 'self' file: 'unsafe-inline'",
  "img-src 'self' file: data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The page's HTML. All that it loads lies in its own folder. */
export function page(title: string, subtitle: string, views: readonly View[]): string {
  const links = views
    .map(({ id, name }, i) => `<a href="#${id}"${i === 0 ? ' aria-current="page"' : ""}>${escapeHtml(name)}</a>`)
    .join("");
  const sections = views.map(
    ({ id, title, html }, i) =>
      `<section class="view${i === 0 ? " active" : ""}" id="${id}" aria-labelledby="${id}-title">` +
      `<h1 id="${id}-title" tabindex="-1">${escapeHtml(title)}</h1>${html}</section>`,
  );
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">` +
    `<meta name="referrer" content="no-referrer"><title>${escapeHtml(`${title}: ${subtitle}`)}</title>` +
    `<link rel="icon" href="data:,"><link rel="stylesheet" href="assets/styles.css">` +
    `<script defer src="assets/report.js"></script></head><body>` +
    `<a class="skip" href="#main">Skip to the content</a>` +
    `<header><p class="brand"><b>${escapeHtml(title)}</b> <span>${escapeHtml(subtitle)}</span></p>` +
    `<nav aria-label="Parts of the report">${links}</nav></header>` +
    `<main id="main">${sections.join("\n")}</main></body></html>\n`
  );
}
