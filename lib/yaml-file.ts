import { readFileSync } from "node:fs";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { WovError } from "./errors";
import { onOneLine } from "./escape";

/** A YAML file that could be parsed. */
export interface YamlFile {
  document: Document;
  /** What the file holds. @throws WovError where aliases of aliases would make a small file a huge object */
  content(): unknown;
  /** @throws WovError that names the file and the line of an offset in its text */
  refuseAt(offset: number, message: string): never;
  /** @throws WovError that names the file, the line of a key, and the key */
  refuse(path: readonly PropertyKey[], message: string): never;
}

/** Parses a YAML file. @throws WovError that names the file and the line; the line itself, which may hold a key, is not shown */
export function openYaml(file: string): YamlFile {
  const lines = new LineCounter();
  const text = readFileSync(file, "utf8");
  checkNesting(text, file);
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const refuseAt = (offset: number, message: string): never => {
    throw new WovError(onOneLine(`${file}, line ${lines.linePos(offset).line}: ${message}`), 2);
  };
  const refuse = (path: readonly PropertyKey[], message: string): never => {
    throw new WovError(onOneLine(`${file}, line ${lineOf(document, lines, path)}, '${path.join(".")}': ${message}`), 2);
  };
  const content = (): unknown => {
    try {
      return document.toJS();
    } catch (error) {
      return refuseAt(0, (error as Error).message);
    }
  };
  const [broken] = document.errors;
  if (broken) refuseAt(broken.pos[0], broken.message);
  return { document, content, refuseAt, refuse };
}

/** The content of a YAML file, checked. @throws WovError that names the file, the line and the key */
export function readYaml<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  return checkYaml(openYaml(file), schema);
}

/** The same for a file that is open already. */
export function checkYaml<S extends z.ZodType>(
  { content, refuse }: Pick<YamlFile, "content" | "refuse">,
  schema: S,
): z.output<S> {
  const checked = schema.safeParse(content());
  if (checked.success) return checked.data as z.output<S>;
  const { issues } = checked.error;
  // A misspelt key is also reported as missing: report the misspelling, which is the cause.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  return refuse(issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path, issue.message);
}

/** No file of the kit's nests deeply, and the parser takes many seconds for thousands of levels. */
const MAX_NESTING = 100;

function checkNesting(text: string, file: string): void {
  let brackets = 0;
  for (const [i, line] of text.split("\n").entries()) {
    const [marks = ""] = /^(?:[ \t]*[-?:][ \t])+/.exec(line) ?? []; // "- - ?": lists and keys that open on one line
    let deepest = marks.replace(/[^-?:]/g, "").length;
    for (const character of line) {
      if (character === "[" || character === "{") brackets++;
      if ((character === "]" || character === "}") && brackets > 0) brackets--;
      deepest = Math.max(deepest, brackets);
    }
    if (deepest > MAX_NESTING)
      throw new WovError(`${file}, line ${i + 1}: more than ${MAX_NESTING} lists or keys are open at once`, 2);
  }
}

/** The line of a key or, if it is missing, the first line of the object that should hold it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
