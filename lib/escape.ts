/**
 * Texts of others (replies, options, categories, captions, names of files, messages of servers) where they are shown.
 * There is one function for each place that gives some characters a meaning of its own.
 */

/** Control characters except tab and newline, line separators, and those that turn the direction of text around. */
const CONTROLS = /(?![\t\n])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Shows control characters as "\u001b", so that a text can neither erase, colour or rename a terminal, nor reorder what
 * is read. Newlines and tabs stay. Valid JSON stays valid and means the same.
 */
export const escapeControls = (text: string): string =>
  text.replace(/\r\n/g, "\n").replace(CONTROLS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The same on one line, so that a text cannot look like a line of the program's own. */
export const onOneLine = (text: string): string => escapeControls(text.replace(/\s*[\r\n\u2028\u2029]\s*|\t/g, " "));

/** For a cell of a Markdown table, or a text on one line: no cell, row, HTML, link or picture begins within it. */
export const escapeMarkdown = (text: string): string =>
  onOneLine(text)
    .replaceAll("|", "\\|")
    .replace(/<(?=[a-z/!?])/gi, "\\<")
    .replaceAll("](", "]\\(");

/** For HTML, in texts and in attributes in double quotes. Plotly's texts know the same entities. */
export const escapeHtml = (text: string): string =>
  escapeControls(text).replace(/[&<>"]/g, (one) => HTML[one as keyof typeof HTML]);

const HTML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;" } as const;

/** What begins with + or − and is no formula: "+6.9 (p < 0.0001)", "-0.2 to +6.8". */
const DIFFERENCE = /^[+-](?:[\d.,\s+−*()<;%–-]|\bp\b|\bto\b)*$/;

/** For a cell of a CSV file: an apostrophe keeps a spreadsheet from computing what begins like a formula. */
export const escapeCsv = (text: string): string =>
  /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !DIFFERENCE.test(text)) ? `'${text}` : text;

/** For LaTeX's text. What pdflatex cannot set is named by its code point, so that every text compiles. */
export const escapeLatex = (text: string): string =>
  onOneLine(text).replace(/[\\{}$&#%_^~<>"|`'[\]*]|[^\x20-\x7e]/gu, (one) => LATEX[one] ?? otherLetter(one));

const otherLetter = (one: string): string =>
  /(?![ÐÞðþ÷])[À-ÿ]/.test(one) ? one : `\\texttt{U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}}`;

const LATEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  '"': "''",
  "|": "\\textbar{}",
  "`": "\\textasciigrave{}",
  "'": "'",
  // In a table, a bracket or an asterisk after \\\\ would be an argument.
  "[": "{[}",
  "]": "{]}",
  "*": "{*}",
  "–": "--",
  "—": "---",
  "−": "$-$",
  "×": "$\\times$",
  "≥": "$\\geq$",
  "≤": "$\\leq$",
  "→": "$\\rightarrow$",
  "±": "$\\pm$",
  "·": "$\\cdot$",
  "“": "``",
  "”": "''",
  "‘": "`",
  "’": "'",
  "…": "\\dots{}",
  "§": "\\S{}",
  "✓": "$\\surd$",
  "\u00a0": "~",
  "\t": " ",
};
