/**
 * A text that clears a terminal, renames it, turns text around, ends its line, its cell and its element, and begins a
 * formula; each part would do it alone.
 */
export const ATTACK =
  "=cmd|'/c calc'!A0 \u001b[2J\u001b]0;owned\u0007 \u009b31m \u202eesrever\u2066 \r\nerror: | fake | <script>alert(1)</script> " +
  '<img src=x onerror=alert(1)> " onload="alert(1) ![p](http://127.0.0.1/p)';

/** What must not be in any text that is shown. */
const RAW = /(?![\t\n])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The first such character of a text; null if there is none. */
export const rawIn = (text: string): string | null => RAW.exec(text)?.[0] ?? null;
