import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import { runtimeSchema } from "../runtime/index";
import { DEFAULT_THRESHOLDS } from "../screen/index";
import { withParents } from "../yaml-extends";
import { checkYaml, openYaml, type YamlFile } from "../yaml-file";
import { benchmarkSchema, endpointSchema, modelSchema, nameSchema, sourceSchema, uniqueList } from "./profile-parts";
import { wrongFiles, wrongReferences } from "./profile-references";
import { methodSchema, trainingSchema, variantsSchema } from "./profile-training";

/** A profile: the study as data, and at what size it runs. */
const fields = z.strictObject({
  name: nameSchema,
  /** The sentence that is shown with every table and figure. */
  evidence: z.string(),
  seed: z.int(),
  benchmark: benchmarkSchema,
  /** Servers that answer for models, in place of jobs. */
  endpoints: z.record(nameSchema, endpointSchema).default({}),
  models: z.record(nameSchema, modelSchema),
  /** The VLM whose captions the language models read. */
  captioner: z.string(),
  sources: z.record(nameSchema, sourceSchema),
  /** The source that replaces the paper's GPT-4o; figures and controls are about its text. */
  teacher: z.string(),
  /** Sources whose text every VLM is trained on; its own base model's is added for each. */
  shared_sources: uniqueList(z.string(), "source"),
  /** Whether VLMs are also trained on their own answers to the teacher's questions, and shown shuffled pictures. */
  controls: z.boolean().default(true),
  synthesis: z.strictObject({
    max_tokens: z.int().positive(),
    /** A file of seed questions in the form of data/seeds.json; by default the benchmark's own. */
    seeds: z.string().optional(),
    /** Seed questions that each call shows; all by default, as in the paper. */
    examples: z.int().positive().optional(),
    /**
     * From when on a sample is rejected: its Jaccard similarity to another one; the share of a known situation that
     * stands in it, and of a known text's options.
     */
    duplicate: z.number().gt(0).max(1).default(DEFAULT_THRESHOLDS.duplicate),
    contamination: z.number().gt(0).max(1).default(DEFAULT_THRESHOLDS.contamination),
    contamination_options: z.number().gt(0).max(1).optional(),
    /** "similarity": known texts, too, are compared by their Jaccard similarity to the sample's situation or options. */
    contamination_measure: z.enum(["containment", "similarity"]).default(DEFAULT_THRESHOLDS.contaminationMeasure),
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
    /** What the model learns to answer. */
    completion: z.enum(["letter", "option", "option-and-rationale"]).default("letter"),
  }),
  /** The wording of prompts: "paper", "scripts" (the authors' scripts), or a YAML file with wordings of one's own. */
  prompts: z
    .strictObject({
      /** For asking about pictures, captions, and for captions themselves. */
      asking: z.string().default("paper"),
      /** For training text; the paper prints none. */
      training: z.string().default("paper"),
      /** For generating questions. */
      generation: z.string().default("paper"),
    })
    .default({ asking: "paper", training: "paper", generation: "paper" }),
  /** Sizes of the training sets, ascending. */
  sizes: z
    .array(z.int().positive())
    .min(1)
    .refine((sizes) => sizes.every((size, i) => i === 0 || size > sizes[i - 1]!), "expected ascending sizes"),
  training: trainingSchema,
  /**
   * Other ways of training, by id. By each, every VLM is trained on its own base model's text at the size of the
   * controls.
   */
  methods: z.record(nameSchema, methodSchema).default({}),
  variants: variantsSchema,
  decoding: z.strictObject({
    answer_tokens: z.int().positive(),
    caption_tokens: z.int().positive(),
    batch: z.int().positive(),
    /** The most tokens of a batch, with padding and new tokens. Pictures of some models have thousands. */
    batch_tokens: z.int().positive().optional(),
    /** Log-probabilities that jobs keep beside decisions, for the scorers of that name: of letters, or also of texts. */
    likelihood: z.enum(["off", "letter", "text"]).default("off"),
  }),
  runtime: runtimeSchema,
});
export type Profile = z.infer<typeof fields>;

/** The same, with every name in it checked. */
export const profileSchema = fields.superRefine((profile, context) => {
  for (const { path, message } of wrongReferences(profile)) context.addIssue({ code: "custom", path, message });
});

/**
 * Reads a profile by its name (of `data/profiles/`) or its file, with all that it extends.
 * @throws WovError that names the file, the line and the key
 */
export function loadProfile(root: string, nameOrFile: string): Profile {
  // Relative to the current folder, or else to the project's: a notebook may have been opened from elsewhere.
  const file = [shippedFile(root, nameOrFile), nameOrFile].find(existsSync) ?? resolve(root, nameOrFile);
  if (!existsSync(file))
    throw new WovError(
      `no profile '${nameOrFile}': expected a file, or the name of one in data/profiles/: ${shippedProfiles(root).join(", ")}`,
      2,
    );
  const yaml = openWithParents(root, file);
  const profile = checkYaml(yaml, profileSchema);
  for (const { path, message } of wrongFiles(root, profile)) yaml.refuse(path, message);
  return profile;
}

/** Opens a profile and the ones that it extends: each a shipped profile's name, or a file beside the one that names it. */
function openWithParents(root: string, first: string) {
  const files = [resolve(first)];
  return withParents(openYaml(first), (child: YamlFile, parent: string) => {
    const file = [shippedFile(root, parent), resolve(dirname(files.at(-1)!), parent)].find(existsSync);
    if (!file)
      return child.refuse(
        ["extends"],
        `no profile '${parent}': expected a file beside this one, or the name of one in data/profiles/: ${shippedProfiles(root).join(", ")}`,
      );
    const circle = files.indexOf(resolve(file));
    files.push(resolve(file));
    if (circle >= 0)
      return child.refuse(
        ["extends"],
        `profiles that extend each other: ${files
          .slice(circle)
          .map((one) => basename(one))
          .join(" extends ")}`,
      );
    return openYaml(file);
  });
}

const shippedFile = (root: string, name: string): string => join(root, "data/profiles", `${name}.yaml`);

/** The names of the profiles that come with the kit. */
export const shippedProfiles = (root: string): string[] =>
  readdirSync(join(root, "data/profiles"))
    .flatMap((file) => (file.endsWith(".yaml") ? [basename(file, ".yaml")] : []))
    .sort();
