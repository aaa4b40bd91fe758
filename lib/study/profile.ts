import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { WovError } from "../errors";

const model = z.strictObject({
  path: z.string(),
  label: z.string(),
  kind: z.enum(["llm", "vlm"]),
  /** The language model inside a vision-language model. */
  base: z.string().optional(),
});

const calls = {
  /** Samples that a call is expected to leave after screening: how many calls the first round has. */
  per_call: z.number().positive().max(5).optional(),
  /** After so many calls the source is given up. */
  max_calls: z.int().positive(),
};

const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("rules"), label: z.string(), ...calls }),
  z.strictObject({ kind: z.literal("model"), label: z.string(), model: z.string(), ...calls }),
]);

/** A profile: the study as data, and at what size it runs. */
export const profileSchema = z
  .strictObject({
    name: z.string().regex(/^[\w-]+$/),
    /** The sentence that every table and figure carries. */
    evidence: z.string(),
    seed: z.int(),
    benchmark: z.strictObject({ kind: z.literal("pocket"), items: z.int().min(5).max(1240) }),
    models: z.record(z.string(), model),
    captioner: z.string(),
    sources: z.record(z.string(), source),
    shared_sources: z.array(z.string()),
    synthesis: z.strictObject({
      max_tokens: z.int().positive(),
      /** Seed questions that a call shows; all where it is left out, as in the paper. */
      examples: z.int().positive().optional(),
      /** Jaccard similarities from which a sample goes: to another one, to a known situation, to a known text's options. */
      duplicate: z.number().gt(0).max(1).default(0.7),
      contamination: z.number().gt(0).max(1).default(0.5),
      contamination_options: z.number().gt(0).max(1).optional(),
      /** Whether options are put in an order in which each letter is right equally often; the paper does not say. */
      balance: z.boolean().default(true),
      /** Samples kept for validation, and the similarity from which two are not divided from each other. */
      validation: z.int().nonnegative(),
      cluster: z.number().gt(0).max(1).default(0.5),
      /** Whether the smaller training sets lie in the larger, or each is drawn by itself. */
      subsets: z.enum(["nested", "random"]).default("nested"),
      /** What a sample looks like in training; the paper prints no training prompt. */
      prompt: z.enum(["paper", "scripts"]).default("paper"),
      completion: z.enum(["letter", "option", "option-and-rationale"]).default("letter"),
    }),
    sizes: z.array(z.int().positive()).min(1),
    training: z.strictObject({
      rank: z.int().positive(),
      alpha: z.number().positive(),
      dropout: z.number().min(0).max(1),
      learning_rate: z.number().positive(),
      epochs: z.number().positive(),
      batch: z.int().positive(),
      scheduler: z.string(),
      loss: z.enum(["answer", "conversation"]),
    }),
    decoding: z.strictObject({
      answer_tokens: z.int().positive(),
      caption_tokens: z.int().positive(),
      batch: z.int().positive(),
    }),
    runtime: z.strictObject({ threads: z.int().positive(), dtype: z.enum(["float32", "bfloat16", "float16"]) }),
  })
  .superRefine((profile, context) => {
    const known = (name: string | undefined, path: (string | number)[], kind: "llm" | "vlm") => {
      if (name !== undefined && profile.models[name]?.kind === kind) return;
      context.addIssue({ code: "custom", path, message: `expected the name of a model of kind '${kind}'` });
    };
    known(profile.captioner, ["captioner"], "vlm");
    for (const [id, m] of Object.entries(profile.models))
      if (m.kind === "vlm") known(m.base, ["models", id, "base"], "llm");
    for (const [id, s] of Object.entries(profile.sources))
      if (s.kind === "model") known(s.model, ["sources", id, "model"], "llm");
    profile.shared_sources.forEach((name, i) => {
      if (!profile.sources[name])
        context.addIssue({ code: "custom", path: ["shared_sources", i], message: "expected the name of a source" });
    });
  });
export type Profile = z.infer<typeof profileSchema>;

/**
 * Reads a profile by its name (of `data/profiles/`) or its file.
 * @throws WovError that names the file, the line and the key
 */
export function loadProfile(root: string, nameOrFile: string): Profile {
  const shipped = join(root, "data/profiles", `${nameOrFile}.yaml`);
  const file = existsSync(shipped) ? shipped : nameOrFile;
  if (!existsSync(file)) throw new WovError(`no profile '${nameOrFile}': neither a file nor one of data/profiles/`, 2);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new WovError(`${file}, line ${lines.linePos(broken.pos[0]).line}: ${broken.message}`, 2);
  const checked = profileSchema.safeParse(document.toJS());
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  // A misspelt key is also a missing one: the misspelling tells more.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  throw new WovError(`${file}, line ${lineOf(document, lines, path)}, '${path.join(".")}': ${issue.message}`, 2);
}

/** The line where a key stands, or, where it is missing, where that which should hold it begins. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
