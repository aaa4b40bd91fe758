/** Styles of the report's page. Those of tables and cards stand in their elements, since notebooks show them, too. */
const STYLE = `<style>
:root { color-scheme: light dark; }
body { font-family: system-ui, sans-serif; line-height: 1.45; max-width: 960px; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0 0.3em; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.4em; }
th, td { padding: 0.25em 0.8em; border-bottom: 1px solid #8884; vertical-align: top; }
svg { max-width: 100%; height: auto; }
</style>`;

/** A self-contained page: it has no script and loads nothing. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title>${STYLE}</head><body><main>${body}</main></body></html>\n`;
