import { describe, expect, it } from "vitest";
import { escapeControls, escapeCsv, escapeHtml, escapeMarkdown, onOneLine } from "../lib/escape";
import { guardTerminal } from "../lib/terminal";
import { ATTACK, rawIn } from "./attack";

describe.each([
  ["escapeControls", escapeControls],
  ["onOneLine", onOneLine],
  ["escapeMarkdown", escapeMarkdown],
  ["escapeHtml", escapeHtml],
])("%s", (_, clean) => {
  it("leaves no character that controls a terminal or turns text around", () => {
    expect(rawIn(clean(ATTACK))).toBeNull();
    for (let code = 0; code < 0x2100; code++) {
      const one = String.fromCharCode(code);
      if (/[\p{Cc}\u2028\u2029]/u.test(one) && !"\t\n".includes(one)) expect(clean(`a${one}b`)).not.toContain(one);
    }
  });

  it("leaves texts of any language and emoji as they are", () => {
    for (const text of [
      "Ärger in Zürich",
      "先打电话求助。",
      "اتصل بالشرطة أولاً",
      "עזרה‏!",
      "👩‍🚒 🏳️‍🌈",
      "p < 0.0001, 5 − 3",
    ])
      expect([text, text.replace("<", "&lt;")]).toContain(clean(text));
  });
});

it("a JSON text stays valid and means the same", () => {
  const value = { text: ATTACK, "\u202ekey": ["\u009b2J", "\\u001b"] };
  const escaped = escapeControls(JSON.stringify(value, null, 1));
  expect(rawIn(escaped)).toBeNull();
  expect(JSON.parse(escaped)).toEqual(value);
});

it("one line stays one line", () => {
  for (const end of ["\n", "\r", "\r\n", "\u2028", "\u2029", "\t"])
    expect(onOneLine(`a${end}error: b`)).toBe("a error: b");
});

it("a Markdown cell holds no cell, element, link or picture", () => {
  const escaped = escapeMarkdown("a | b \\| <script>x</script> <!-- --> ![p](http://x) [l](y)\n| c |");
  expect(escaped.replaceAll("\\|", "")).not.toContain("|");
  expect(escaped).not.toMatch(/(?<!\\)<[a-z/!]|\]\(|\n/);
  expect(escapeMarkdown("+6.9 (p < 0.0001)")).toBe("+6.9 (p < 0.0001)");
});

it("HTML is text within elements and within attributes in double quotes", () => {
  expect(escapeHtml(`<b a="1" c='2'>&amp;`)).toBe("&lt;b a=&#34;1&#34; c='2'&gt;&amp;amp;");
});

it.each(["=1+2", "=cmd|'/c calc'!A0", "@SUM(A1)", "+1+cmd|x", "-2+3+HYPERLINK(A1)", "\t=1", "\r=1", "+A1", '-"x"'])(
  "%j is text for a spreadsheet",
  (text) => expect(escapeCsv(text)).toBe(`'${text}`),
);

it.each(["+6.9 (p < 0.0001)", "-0.4", "−0.2 to +6.8", "+20.0 to -30.0", "70.32 (+0.1)", "–", "", "A = B"])(
  "%j is left alone, since no spreadsheet computes it",
  (text) => expect(escapeCsv(text)).toBe(text),
);

describe("a guarded terminal", () => {
  const written: (string | Uint8Array)[] = [];
  const stream = { write: (chunk: string | Uint8Array) => written.push(chunk) > 0 } as unknown as NodeJS.WriteStream;
  guardTerminal(stream);
  const shown = (text: string) => {
    stream.write(text);
    return written.at(-1);
  };

  it("gets text without control characters, and lines as they are", () => {
    expect(rawIn(String(shown(`before ${ATTACK} after\n`)))).toBeNull();
    expect(shown("a\tb\n")).toBe("a\tb\n");
  });

  it("lets progress bars move the cursor, and nothing else", () => {
    for (const move of ["\u001b[?25l", "\u001b[1A", "\u001b[0J", "\u001b[0K", "\u001b[1G", "\u001b7", "\r"])
      expect(shown(move)).toBe(move);
    for (const other of ["\u001b]0;title\u0007", "\u001b[31m", "\u001bc", "\u001b[1Atext", "\u001b[6n"])
      expect(rawIn(String(shown(other)))).toBeNull();
  });
});
