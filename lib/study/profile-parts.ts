import { z } from "zod";
import { isPlainAddress } from "../ask/index";
import { LETTERS, QUESTIONS_PER_CALL } from "../synthesis/index";

/** Part of a run's name, and so of a path. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, "expected letters, digits, dots, dashes and underscores");

const unique = (values: readonly unknown[]) => new Set(values).size === values.length;
/** A list without repeats. */
export const uniqueList = <T extends z.ZodType>(of: T, what: string) =>
  z.array(of).min(1).refine(unique, `expected each ${what} once`);

/** USD per million tokens. */
const price = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() });

/** A server that speaks OpenAI's protocol: OpenAI, vLLM, Ollama, llama.cpp, … */
export const endpointSchema = z.strictObject({
  /** Up to /v1, such as "http://localhost:8000/v1". */
  url: z
    .url({ protocol: /^https?$/, error: "expected an address such as http://localhost:8000/v1" })
    .refine((text) => !URL.canParse(text) || isPlainAddress(text), {
      error: "expected an address without a key in it: name the variable that holds the key with 'key'",
    }),
  /** The variable of the environment, or of `.env`, that holds the key. */
  key: z
    .string()
    .regex(
      /^[A-Z][A-Z0-9_]*$/,
      "expected the name of a variable, such as OPENAI_API_KEY; the key itself is never in a file",
    )
    .default("OPENAI_API_KEY"),
  /** Maximum requests in flight. */
  concurrency: z.int().positive().default(16),
  /** Of all its models; by default a server on this machine costs nothing, and others what data/prices.json says. */
  price: price.optional(),
  /** Fields that are added to each request; null leaves one out. */
  extra: z.record(z.string(), z.unknown()).optional(),
});

/** "batch": through OpenAI's Batch API, at half the price and within a day. */
const mode = z.enum(["live", "batch"]).default("live");

export const modelSchema = z
  .strictObject({
    /** A folder of the project, or a name on the Hugging Face Hub; jobs load it. */
    path: z.string().optional(),
    /** Branch, tag or commit of a model on the Hub. */
    revision: z.string().optional(),
    /** The endpoint that answers for the model, in place of a job, and the model's name there. */
    endpoint: z.string().optional(),
    name: z.string().optional(),
    mode,
    label: z.string(),
    kind: z.enum(["llm", "vlm"]),
    /** The language model inside a vision-language model. */
    base: z.string().optional(),
    /** Parameters of a model on the Hub, for the plan: 7.6e9. */
    parameters: z.number().positive().optional(),
    /** Whether the Hub gives the model only to those who have accepted its licence. */
    gated: z.boolean().default(false),
    /** The model's name in the paper's tables (data/published.json). */
    published: z.string().optional(),
  })
  .refine(({ path, endpoint }) => path !== undefined || endpoint !== undefined, {
    path: ["path"],
    error: "expected 'path', a folder or a name on the Hub, or 'endpoint', who answers for the model",
  })
  .refine(({ endpoint, name }) => (endpoint === undefined) === (name === undefined), {
    path: ["name"],
    error: "expected 'endpoint' and 'name', the model's name there, together",
  });
export type ModelEntry = z.infer<typeof modelSchema>;

const calls = {
  /** Samples that one call is expected to leave after screening; decides how many calls the first round has. */
  per_call: z.number().positive().max(QUESTIONS_PER_CALL).optional(),
  /** A source that needs more calls than this is given up. */
  max_calls: z.int().positive(),
};
const named = {
  label: z.string(),
  /** The source's name in the paper's tables (data/published.json). */
  published: z.string().optional(),
  /** The sizes, of those of the profile, for which it has enough text; all by default. */
  sizes: uniqueList(z.int().positive(), "size").optional(),
};

export const sourceSchema = z.discriminatedUnion("kind", [
  /** A program that knows the rules of a drawn world. */
  z.strictObject({ kind: z.literal("rules"), ...named, ...calls }),
  /** A model of the profile. */
  z.strictObject({ kind: z.literal("model"), ...named, model: z.string(), ...calls }),
  /** A model that only writes text, behind an endpoint. */
  z.strictObject({ kind: z.literal("endpoint"), ...named, endpoint: z.string(), model: z.string(), mode, ...calls }),
  /** The text of another source, as far as the model that wrote it stands by its answers. */
  z.strictObject({
    kind: z.literal("checked"),
    ...named,
    /** The source, which asks a model. */
    source: z.string(),
    check: z.strictObject({
      /** In how many orders of its options a question is asked again. */
      orders: z.int().min(2).max(LETTERS.length),
      /** "majority", "all": which of the answers must be the one that was written; "relabel": the majority's is taken. */
      keep: z.enum(["majority", "all", "relabel"]),
    }),
    /** The share of samples that is expected to pass; decides how much text is generated. */
    expect: z.number().gt(0).max(1).default(0.5),
  }),
  /** Questions that exist already. */
  z.strictObject({
    kind: z.literal("dataset"),
    ...named,
    /** A file or folder of JSON Lines or Parquet, or a name on the Hub. */
    dataset: z.string(),
    revision: z.string().optional(),
    files: z.array(z.string()).min(1).optional(),
    /** Names of columns, where they are not usual ones. */
    columns: z
      .partialRecord(z.enum(["situation", "question", "options", "answer", "rationale", "problem"]), z.string())
      .optional(),
  }),
]);
export type SourceEntry = z.infer<typeof sourceSchema>;
export type CheckedSource = Extract<SourceEntry, { kind: "checked" }>;

const fileKeys = {
  /** The folder of its pictures. */
  images: z.string().optional(),
  /** Reads the file without the kit's repairs. */
  as_published: z.boolean().optional(),
  /** Only the first items. */
  items: z.int().min(2).optional(),
};

export const benchmarkSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pocket"), items: z.int().min(5).max(1240) }),
  /** VIVA, from the Hub or a local file; its pictures are fetched, unless a folder holds them. */
  z.strictObject({
    kind: z.literal("viva"),
    revision: z.string().optional(),
    file: z.string().optional(),
    ...fileKeys,
  }),
  /** Any file in VIVA's format. */
  z.strictObject({ kind: z.literal("file"), file: z.string(), ...fileKeys }),
]);
