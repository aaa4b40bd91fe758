import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { WovError } from "../errors";
import { DEFAULT_THRESHOLDS } from "../screen/index";
import { QUESTIONS_PER_CALL } from "../synthesis/index";
import { OWN_LABELS } from "./cells";

const unique = (values: readonly unknown[]) => new Set(values).size === values.length;

const model = z.strictObject({
  /** A folder of the project, or a name on the Hugging Face Hub. */
  path: z.string(),
  /** Branch, tag or commit of a model on the Hub. */
  revision: z.string().optional(),
  label: z.string(),
  kind: z.enum(["llm", "vlm"]),
  /** The language model inside a vision-language model. */
  base: z.string().optional(),
});

/** Part of a run's name, and so of a path. */
const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "expected letters, digits, dots, dashes and underscores");

const calls = {
  /** Samples that one call is expected to leave after screening; decides how many calls the first round has. */
  per_call: z.number().positive().max(QUESTIONS_PER_CALL).optional(),
  /** A source that needs more calls than this is given up. */
  max_calls: z.int().positive(),
};

const benchmark = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pocket"), items: z.int().min(5).max(1240) }),
  z.strictObject({
    kind: z.literal("file"),
    /** A file in VIVA's format, and the folder of its pictures. */
    file: z.string(),
    images: z.string().optional(),
    /** Reads the file without the kit's repairs. */
    as_published: z.boolean().optional(),
    /** Only the first items. */
    items: z.int().min(2).optional(),
  }),
]);

const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("rules"), label: z.string(), ...calls }),
  z.strictObject({ kind: z.literal("model"), label: z.string(), model: z.string(), ...calls }),
]);

/** A profile: the study as data, and at what size it runs. */
export const profileSchema = z
  .strictObject({
    name,
    /** The sentence that is shown with every table and figure. */
    evidence: z.string(),
    seed: z.int(),
    benchmark,
    models: z.record(name, model),
    /** The VLM whose captions the language models read. */
    captioner: z.string(),
    sources: z.record(name, source),
    /** The source that replaces the paper's GPT-4o; figures and controls are about its text. */
    teacher: z.string(),
    /** Sources whose text every VLM is trained on; its own base model's is added for each. */
    shared_sources: z.array(z.string()).min(1).refine(unique, "expected each source once"),
    synthesis: z.strictObject({
      max_tokens: z.int().positive(),
      /** Seed questions that each call shows; all by default, as in the paper. */
      examples: z.int().positive().optional(),
      /**
       * Jaccard similarities from which a sample is rejected: to another one, to a known situation, to a known text's
       * options.
       */
      duplicate: z.number().gt(0).max(1).default(DEFAULT_THRESHOLDS.duplicate),
      contamination: z.number().gt(0).max(1).default(DEFAULT_THRESHOLDS.contamination),
      contamination_options: z.number().gt(0).max(1).optional(),
      /**
       * Whether options are reordered so that each letter is right equally often; the paper does not say whether it
       * does so.
       */
      balance: z.boolean().default(true),
      /** Samples kept for validation, and the similarity from which two samples stay on the same side. */
      validation: z.int().nonnegative(),
      cluster: z.number().gt(0).max(1).default(0.5),
      /** "nested": smaller training sets are part of the larger ones; "random": each is drawn independently. */
      subsets: z.enum(["nested", "random"]).default("nested"),
      /** The wording of training prompts (the paper prints none), and what the model learns to answer. */
      prompt: z.enum(["paper", "scripts"]).default("paper"),
      completion: z.enum(["letter", "option", "option-and-rationale"]).default("letter"),
    }),
    /** Sizes of the training sets, ascending. */
    sizes: z
      .array(z.int().positive())
      .min(1)
      .refine((sizes) => sizes.every((size, i) => i === 0 || size > sizes[i - 1]!), "expected ascending sizes"),
    training: z.strictObject({
      rank: z.int().positive(),
      alpha: z.number().positive(),
      dropout: z.number().min(0).lt(1),
      learning_rate: z.number().positive(),
      epochs: z.number().positive(),
      batch: z.int().positive(),
      scheduler: z.enum(["linear", "cosine", "constant"]),
      loss: z.enum(["answer", "conversation"]),
      /** Random seeds: each training is done once per seed; the profile's seed by default. */
      seeds: z.array(z.int()).min(1).refine(unique, "expected each seed once").optional(),
    }),
    decoding: z.strictObject({
      answer_tokens: z.int().positive(),
      caption_tokens: z.int().positive(),
      batch: z.int().positive(),
    }),
    runtime: z.strictObject({ threads: z.int().positive(), dtype: z.enum(["float32", "bfloat16", "float16"]) }),
  })
  .superRefine((profile, context) => {
    const { models, sources, shared_sources } = profile;
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    const demandModel = (id: string | undefined, path: (string | number)[], kind: "llm" | "vlm") => {
      if (id !== undefined && models[id]?.kind === kind) return;
      const known = Object.keys(models).filter((one) => models[one]!.kind === kind);
      refuse(path, `expected the name of a model of kind '${kind}': ${known.join(", ") || "there is none"}`);
    };
    const demandSource = (id: string, path: (string | number)[]) => {
      if (!sources[id]) refuse(path, `expected the name of a source: ${Object.keys(sources).join(", ")}`);
    };
    demandModel(profile.captioner, ["captioner"], "vlm");
    for (const [id, m] of Object.entries(models))
      if (m.kind === "vlm") demandModel(m.base, ["models", id, "base"], "llm");
    for (const [id, s] of Object.entries(sources)) {
      if (s.kind === "model") demandModel(s.model, ["sources", id, "model"], "llm");
      if (s.kind === "rules" && profile.benchmark.kind !== "pocket")
        refuse(
          ["sources", id, "kind"],
          "a source of kind 'rules' needs a benchmark of kind 'pocket', which alone has rules",
        );
      if (id === OWN_LABELS) refuse(["sources", id], `'${OWN_LABELS}' is the name of a control; choose another`);
    }
    for (const [i, id] of shared_sources.entries()) demandSource(id, ["shared_sources", i]);
    demandSource(profile.teacher, ["teacher"]);
    if (sources[profile.teacher] && !shared_sources.includes(profile.teacher))
      refuse(["teacher"], "expected one of shared_sources, since figures and controls compare all models on its text");
  });
export type Profile = z.infer<typeof profileSchema>;

/**
 * Reads a profile by its name (of `data/profiles/`) or its file.
 * @throws WovError that names the file, the line and the key
 */
export function loadProfile(root: string, nameOrFile: string): Profile {
  const shipped = join(root, "data/profiles", `${nameOrFile}.yaml`);
  const file = existsSync(shipped) ? shipped : nameOrFile;
  if (!existsSync(file))
    throw new WovError(`no profile '${nameOrFile}': expected a file, or the name of one in data/profiles/`, 2);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new WovError(`${file}, line ${lines.linePos(broken.pos[0]).line}: ${broken.message}`, 2);
  const checked = profileSchema.safeParse(document.toJS());
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  // A misspelt key is also reported as missing: report the misspelling, which is the cause.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  throw new WovError(`${file}, line ${lineOf(document, lines, path)}, '${path.join(".")}': ${issue.message}`, 2);
}

/** The line of a key or, if it is missing, the first line of the object that should hold it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
