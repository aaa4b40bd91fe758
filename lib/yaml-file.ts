import { readFileSync } from "node:fs";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { WovError } from "./errors";

/** A YAML file that could be parsed. */
export interface YamlFile {
  document: Document;
  /** @throws WovError that names the file and the line of an offset in its text */
  refuseAt(offset: number, message: string): never;
  /** @throws WovError that names the file, the line of a key, and the key */
  refuse(path: readonly PropertyKey[], message: string): never;
}

/** Parses a YAML file. @throws WovError that names the file and the line; the line itself, which may hold a key, is not shown */
export function openYaml(file: string): YamlFile {
  const lines = new LineCounter();
  const document: Document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines, prettyErrors: false });
  const refuseAt = (offset: number, message: string): never => {
    throw new WovError(`${file}, line ${lines.linePos(offset).line}: ${message}`, 2);
  };
  const refuse = (path: readonly PropertyKey[], message: string): never => {
    throw new WovError(`${file}, line ${lineOf(document, lines, path)}, '${path.join(".")}': ${message}`, 2);
  };
  const [broken] = document.errors;
  if (broken) refuseAt(broken.pos[0], broken.message);
  return { document, refuseAt, refuse };
}

/** The content of a YAML file, checked. @throws WovError that names the file, the line and the key */
export function readYaml<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  return checkYaml(openYaml(file), schema);
}

/** The same for a file that is open already. */
export function checkYaml<S extends z.ZodType>({ document, refuse }: YamlFile, schema: S): z.output<S> {
  const checked = schema.safeParse(document.toJS());
  if (checked.success) return checked.data as z.output<S>;
  const { issues } = checked.error;
  // A misspelt key is also reported as missing: report the misspelling, which is the cause.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  return refuse(issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path, issue.message);
}

/** The line of a key or, if it is missing, the first line of the object that should hold it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
