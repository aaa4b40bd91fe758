import { escapeLatex, onOneLine } from "../escape";
import { NOT_THERE, type Table } from "../show/index";

/** A number, and what may follow it in parentheses: "73.31 (+3.1*)". */
const NUMBER = /^([+−-]?[\d,]+(?:\.\d+)?)(?: (\(.*\)))?$/;
/** Letters of a line in small print: of a column, and of the page. */
const COLUMN_LETTERS = 46;
const PAGE_LETTERS = 88;
/** Letters of a line of the page in the smaller print of tables that are wider. */
const SMALL_LETTERS = 108;
/** A text column that is longer breaks its lines. */
const LONG = 26;

interface LatexColumn {
  label: string;
  /** Its form in the table's head, and how many columns it takes there. */
  form: string;
  span: number;
  letters: number;
  cell(value: string): string;
}

/** A comment that says where a file comes from, on one line. */
export const comment = (origin: string): string => `% ${onOneLine(origin)}\n`;

/** The number that a table or figure has in the paper, as its title begins. */
const PAPER_NUMBER = /^(?:Table|Figure) (\d+)\. /;

/** Title without the number that LaTeX gives: "Table 2. Accuracy" is "Accuracy". */
export const captionOf = ({ title, note }: { title: string; note: string }): string =>
  `${title.replace(PAPER_NUMBER, "").replace(/([^.?!])$/, "$1.")} ${note}`.trim();

/** A table as a float: booktabs, numbers aligned by siunitx, others' texts escaped. It needs these two packages. */
export function toLatex(table: Table, origin: string): string {
  const values = (key: string) => table.rows.map((row) => String(row[key] ?? ""));
  const columns = table.columns.map(({ key, label }) => columnOf(label, values(key)));
  const letters = columns.reduce((sum, one) => sum + one.letters + 2, 0);
  const float = letters > COLUMN_LETTERS ? "table*" : "table";
  const first = table.columns[0]!.key;
  const grouped = new Set(values(first)).size < table.rows.length;
  const lines = table.rows.map((row, r) => {
    const opens = r > 0 && row[first] !== table.rows[r - 1]![first];
    const repeats = r > 0 && grouped && !opens;
    const cells = table.columns.map(({ key }, c) => {
      const text = repeats && c === 0 ? "" : String(row[key] ?? "");
      return columns[c]!.cell(text);
    });
    return `${grouped && opens ? "\\addlinespace\n" : ""}${cells.join(" & ")} \\\\`;
  });
  const head = columns.map(({ label, span }) =>
    span > 1 ? `\\multicolumn{2}{c}{${escapeLatex(label)}}` : `{${escapeLatex(label)}}`,
  );
  const long = columns.filter(({ form }) => form === "p");
  const rest = letters - long.reduce((sum, one) => sum + one.letters, 0);
  const share = Math.max(0.13, (1 - rest / SMALL_LETTERS) / Math.max(1, long.length)).toFixed(2);
  const broken = letters > PAGE_LETTERS ? `>{\\raggedright\\arraybackslash}p{${share}\\linewidth}` : "l";
  const forms = columns.map(({ form }) => (form === "p" ? broken : form));
  return [
    `${comment(origin)}\\begin{${float}}[tbp]`,
    letters > PAGE_LETTERS
      ? "\\centering\\scriptsize\\setlength{\\tabcolsep}{3pt}"
      : "\\centering\\small\\setlength{\\tabcolsep}{4pt}",
    `\\begin{tabular}{@{}${forms.join("")}@{}}`,
    "\\toprule",
    `${head.join(" & ")} \\\\`,
    "\\midrule",
    ...lines,
    "\\bottomrule",
    "\\end{tabular}",
    `\\caption{${escapeLatex(captionOf(table))}}`,
    `\\label{tab:${table.name}}`,
    `\\end{${float}}`,
    "",
  ].join("\n");
}

function columnOf(label: string, values: readonly string[]): LatexColumn {
  const there = values.filter((value) => value !== "" && value !== NOT_THERE);
  const numbers = there.map((value) => NUMBER.exec(value));
  const letters = Math.max(label.length, ...values.map(({ length }) => length));
  if (there.length === 0 || numbers.some((one) => one === null)) {
    const long = letters > LONG;
    return { label, form: long ? "p" : "l", span: 1, letters, cell: escapeLatex };
  }
  const digits = (part: 0 | 1) =>
    Math.max(0, ...numbers.map((one) => (one![1]!.replace(/[^\d.]/g, "").split(".")[part] ?? "").length));
  const sign = numbers.some((one) => /^[+−-]/.test(one![1]!)) ? "+" : "";
  const number = `S[table-format=${sign}${digits(0)}${digits(1) ? `.${digits(1)}` : ""}]`;
  const more = numbers.some((one) => one![2]);
  const numberCell = (text: string) =>
    NUMBER.test(text) ? latexNumber(NUMBER.exec(text)![1]!) : `{${escapeLatex(text)}}`;
  if (!more) return { label, form: number, span: 1, letters, cell: numberCell };
  const cell = (text: string) => `${numberCell(text)} & ${escapeLatex(NUMBER.exec(text)?.[2] ?? "")}`;
  return { label, form: `${number}@{\\,}l`, span: 2, letters, cell };
}

const latexNumber = (text: string): string => text.replace(/,/g, "").replace("−", "-");

/** A figure as a float, from its PDF. */
export function figureFloat(
  figure: { name: string; title: string; note: string; wide: boolean },
  origin: string,
): string {
  const float = figure.wide ? "figure*" : "figure";
  return [
    `${comment(origin)}\\begin{${float}}[tbp]`,
    "\\centering",
    `\\includegraphics{${figure.name}.pdf}`,
    `\\caption{${escapeLatex(captionOf(figure))}}`,
    `\\label{fig:${figure.name}}`,
    `\\end{${float}}`,
    "",
  ].join("\n");
}

/** A table or a figure of a document. */
export interface Float {
  kind: "table" | "figure";
  name: string;
  title: string;
}

/**
 * A document that has all floats, and compiles as it is. Those of the paper have its numbers, whichever there are; others
 * follow, as S1, S2 and so on.
 */
export function documentOf(floats: readonly Float[], origin: string): string {
  const numberOf = ({ title }: Float) => PAPER_NUMBER.exec(title)?.[1];
  const ofPaper = floats.flatMap((float) => {
    const number = numberOf(float);
    return number ? [`\\setcounter{${float.kind}}{${Number(number) - 1}}\\input{${float.name}}`] : [];
  });
  const others = floats.filter((float) => !numberOf(float)).map(({ name }) => `\\input{${name}}`);
  const apart = ["table", "figure"].map(
    (kind) => `\\setcounter{${kind}}{0}\\renewcommand{\\the${kind}}{S\\arabic{${kind}}}`,
  );
  return [
    `${comment(origin)}\\documentclass[10pt,twocolumn,a4paper]{article}`,
    "\\usepackage[textwidth=16cm,textheight=24.7cm,columnsep=6mm]{geometry}",
    "\\usepackage{array,booktabs,graphicx,siunitx}",
    "\\extrafloats{100}",
    "\\begin{document}",
    ...ofPaper,
    ...(others.length > 0 ? [...apart, ...others] : []),
    "\\clearpage",
    "\\end{document}",
    "",
  ].join("\n");
}
