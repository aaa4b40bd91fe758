/** Styles of the report page and of HTML in notebooks; `.wov.wov` overrides JupyterLab's styles of tables. */
export const STYLE = `<style>
.wov, .wov-page { font-family: system-ui, sans-serif; line-height: 1.45; }
.wov-page { max-width: 960px; margin: 2em auto; padding: 0 1em; color: #222; }
.wov table, .wov-page table { border-collapse: collapse; margin: 1em 0 0.3em; }
.wov caption, .wov-page caption { text-align: left; padding-bottom: 0.4em; }
.wov.wov table th, .wov.wov table td, .wov-page th, .wov-page td { padding: 0.25em 0.8em; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
.wov.wov table td.number, .wov-page td.number { text-align: right; font-variant-numeric: tabular-nums; }
.wov .note, .wov-page .note { color: #666; font-size: 0.85em; margin-top: 0; }
.wov .item, .wov-page .item { display: flex; gap: 1.2em; padding: 1em 0; border-bottom: 1px solid #ddd; }
.wov .item ul, .wov-page .item ul { list-style: none; padding: 0; margin: 0.4em 0; }
.wov .item p, .wov-page .item p { margin: 0.3em 0; }
.wov .item img, .wov-page .item img { align-self: flex-start; border-radius: 8px; }
.wov .gold, .wov-page .gold { font-weight: bold; color: #00694d; }
.wov pre, .wov-page pre { white-space: pre-wrap; font-size: 0.85em; }
.wov-page svg { max-width: 100%; height: auto; }
</style>`;

/** A self-contained page: it has no script and loads nothing. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title>${STYLE}</head><body class="wov-page">${body}</body></html>\n`;
