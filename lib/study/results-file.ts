import { readFileSync } from "node:fs";
import { z } from "zod";
import { writeAtomic } from "../atomic";
import { WovError } from "../errors";
import { onOneLine } from "../escape";
import { canonicalJson, hashOf, type Manifest } from "../store/index";
import { cellKey } from "./cells";
import type { AnswerResults, Result } from "./results";
import type { Study } from "./study";

/*
 * The answers of a finished study as one small file, from which tables and figures about accuracy are computed without
 * its runs. One character is an answer: its letter, "-" if no letter could be read, "." if the item was not asked.
 */

const UNPARSED = "-";
const NOT_ASKED = ".";

const texts = z.record(z.string(), z.string());
const counts = z.record(z.string(), z.number());
const share = z.strictObject({ samples: z.number(), holds: z.number() }).optional();
const cellSchema = z.strictObject({
  model: z.string(),
  input: z.enum(["picture", "caption"]),
  variant: z.custom<Result["cell"]["variant"]>((value) => typeof value === "string"),
  trained: z
    .strictObject({ source: z.string(), size: z.number(), seed: z.number(), method: z.string().optional() })
    .optional(),
});

const contentSchema = z.strictObject({
  profile: z.string(),
  evidence: z.string(),
  labels: z.strictObject({ models: texts, sources: texts, methods: texts }),
  published: z.strictObject({ models: texts, sources: texts }),
  bases: z.record(
    z.string(),
    z.strictObject({
      model: z.string(),
      source: z.string().optional(),
      checked: z.string().optional(),
      remade: z.array(z.strictObject({ source: z.string(), keep: z.enum(["majority", "all", "relabel"]) })).optional(),
    }),
  ),
  teacher: z.string(),
  sizes: z.array(z.number()).min(1),
  seeds: z.array(z.number()),
  missingPictures: counts,
  sources: z.array(
    z.strictObject({
      source: z.string(),
      label: z.string(),
      counts,
      costUsd: z.number(),
      agreement: share,
      labels: share,
    }),
  ),
  categories: z.array(z.string()),
  /** Index, letter of the right option, position in `categories`, letters of the options, index of the cluster. */
  items: z.array(z.tuple([z.number(), z.string(), z.number(), z.string(), z.number()])),
  /** Absent letters: the cell has no result. */
  cells: z.array(z.strictObject({ cell: cellSchema, run: z.string().optional(), letters: z.string().optional() })),
});
type Content = z.infer<typeof contentSchema>;

const manifestSchema = z.strictObject({
  /** Of the finished runs: code, packages and machines that made them, each once. */
  code: z.array(z.strictObject({ version: z.string(), commit: z.string().nullable(), dirty: z.boolean().nullable() })),
  packages: z.array(texts),
  hardware: z.array(z.record(z.string(), z.unknown())),
  /** When the first was begun and the last was finished, ISO 8601. */
  startedAt: z.string(),
  finishedAt: z.string(),
  runs: z.number(),
  /** Of all runs together; several may have run at once. */
  seconds: z.number(),
  /** SHA-256 of the content, as canonical JSON. */
  sha256: z.string(),
});
/** How the results in a file came about. */
export type ResultsManifest = z.infer<typeof manifestSchema>;

const fileSchema = z.strictObject({ manifest: manifestSchema, content: contentSchema });

/**
 * Writes the results of a study to a file; equal runs give equal bytes.
 *
 * @throws WovError if no run is finished, or an answer is no single letter
 */
export function writeResultsFile(study: Study, file: string): ResultsManifest {
  const content = contentOf(study.results());
  const manifests = study.layout.steps.flatMap(({ run }) => (run.state() === "done" ? (run.manifest() ?? []) : []));
  if (manifests.length === 0)
    throw new WovError(
      `${study.profile.name}: no run is finished. First run npx wov study --profile ${study.profile.name}`,
    );
  const manifest = { ...manifestOf(manifests), sha256: hashOf(content) };
  writeAtomic(file, toText(manifest, content));
  return manifest;
}

function contentOf(results: AnswerResults): Content {
  const categories = [...new Set(results.items.map(({ category }) => category))];
  const { profile, evidence, labels, published, bases, teacher, sizes, seeds, missingPictures } = results;
  const content: Content = {
    ...{ profile, evidence, labels, published, bases, teacher, sizes, seeds, missingPictures, categories },
    sources: results.sources.map(({ source, label, counts, costUsd, agreement, labels }) => ({
      ...{ source, label, counts, costUsd, agreement, labels },
    })),
    items: results.items.map(({ index, gold, category, options }) => [
      index,
      gold,
      categories.indexOf(category),
      options.map(({ letter }) => letter).join(""),
      results.clusters.get(index)!,
    ]),
    cells: results.cells.map((cell) => {
      const result = results.get(cell);
      const letters = result && results.items.map(({ index }) => letterOf(result, index)).join("");
      return { cell, run: result?.run, letters };
    }),
  };
  return JSON.parse(JSON.stringify(content)); // without keys that are undefined
}

function letterOf({ run, letters }: Result, index: number): string {
  const letter = letters.get(index);
  if (letter === undefined) return NOT_ASKED;
  if (letter === null) return UNPARSED;
  if (/^[A-Z]$/.test(letter)) return letter;
  throw new WovError(`${run}, item ${index}: expected a letter from A to Z as the answer, got '${onOneLine(letter)}'`);
}

/** Python and the packages that numbers depend on; a run's own manifest has them all. */
const PACKAGES = ["python", "torch", "transformers", "tokenizers", "peft", "accelerate", "numpy"];
const only = (from: Record<string, string>, keys: readonly string[]) =>
  Object.fromEntries(keys.flatMap((key) => (key in from ? [[key, from[key]!]] : [])));

function manifestOf(manifests: readonly Manifest[]): Omit<ResultsManifest, "sha256"> {
  const each = <T>(values: readonly T[]): T[] => [...new Map(values.map((one) => [canonicalJson(one), one])).values()];
  return {
    code: each(manifests.map(({ code }) => code)),
    packages: each(manifests.map(({ packages }) => only(packages, PACKAGES))),
    hardware: each(manifests.map(({ hardware }) => hardware)),
    startedAt: manifests.map(({ startedAt }) => startedAt).sort()[0]!,
    finishedAt: manifests
      .map(({ finishedAt }) => finishedAt)
      .sort()
      .at(-1)!,
    runs: manifests.length,
    seconds: Math.round(manifests.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

/** JSON with a line for each part, cell and few items, so that a change is seen where it is. */
function toText(manifest: ResultsManifest, { items, cells, ...rest }: Content): string {
  const parts = Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}: ${canonicalJson(value)}`);
  const list = (lines: string[]) => (lines.length > 0 ? `[\n${lines.join(",\n")}\n]` : "[]");
  const rows = Array.from({ length: Math.ceil(items.length / 8) }, (_, i) => items.slice(8 * i, 8 * i + 8));
  parts.push(`"items": ${list(rows.map((row) => row.map(canonicalJson).join(",")))}`);
  parts.push(`"cells": ${list(cells.map(canonicalJson))}`);
  const facts = Object.entries(manifest).map(([key, value]) => `${JSON.stringify(key)}: ${canonicalJson(value)}`);
  return `{\n"manifest": {\n${facts.join(",\n")}\n},\n"content": {\n${parts.join(",\n")}\n}\n}\n`;
}

/** Results that were read from a file, on which tables and figures about answers work. */
export interface FiledResults extends AnswerResults {
  manifest: ResultsManifest;
}

/**
 * Reads a file of `wov results`.
 *
 * @throws WovError if it is not one, or was changed by hand
 */
export function readResultsFile(file: string): FiledResults {
  const { manifest, content } = checkedFile(file);
  const items = content.items.map(([index, gold, category, options, _]) => ({
    ...{ index, gold, category: content.categories[category]! },
    options: [...options].map((letter) => ({ letter })),
  }));
  const found = new Map(
    content.cells.flatMap(({ cell, run, letters }) =>
      run !== undefined && letters !== undefined
        ? [[cellKey(cell), resultOf({ cell, run, letters }, items)] as const]
        : [],
    ),
  );
  const { categories: _, items: rows, cells, ...rest } = content;
  return {
    ...rest,
    manifest,
    items,
    clusters: new Map(rows.map(([index, , , , cluster]) => [index, cluster])),
    cells: cells.map(({ cell }) => cell),
    get: (cell) => found.get(cellKey(cell)),
  };
}

function checkedFile(file: string): z.infer<typeof fileSchema> {
  const wrong = (what: string) => new WovError(`${file}: ${what}. Write it again with npx wov results`, 2);
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new WovError(`${file}: there is no such file`, 2);
    throw wrong(`expected JSON: ${onOneLine((error as Error).message)}`);
  }
  const { success, data: checked, error } = fileSchema.safeParse(data);
  if (!success) {
    const { path, message } = error.issues[0]!;
    throw wrong(`it is not a file of results: ${onOneLine(`'${path.join(".")}': ${message}`)}`);
  }
  if (hashOf((data as { content: unknown }).content) !== checked.manifest.sha256)
    throw wrong("its content was changed: it has another SHA-256 than its manifest says");
  const cut = checked.content.cells.findIndex(
    ({ letters }) => letters !== undefined && letters.length !== checked.content.items.length,
  );
  if (cut >= 0) throw wrong(`'content.cells.${cut}.letters': expected a character for each of its items`);
  return checked;
}

function resultOf(
  { cell, run, letters }: Pick<Result, "cell" | "run"> & { letters: string },
  items: readonly { index: number; gold: string }[],
): Result {
  const asked = items.flatMap(({ index, gold }, i) => {
    const letter = letters[i]!;
    return letter === NOT_ASKED ? [] : [{ index, gold, letter: letter === UNPARSED ? null : letter }];
  });
  return {
    ...{ cell, run, items: asked.length },
    letters: new Map(asked.map(({ index, letter }) => [index, letter])),
    correct: asked.filter(({ gold, letter }) => letter === gold).length,
    unparsed: asked.filter(({ letter }) => letter === null).length,
  };
}
