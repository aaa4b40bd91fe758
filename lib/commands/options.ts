/** Options that several commands have: one name and one wording for each, as in `.option(...options.json)`. */
export const options = {
  benchmark: ["--benchmark <file>", "a benchmark in VIVA's format"],
  images: ["--images <folder>", "the folder of its pictures"],
  model: ["--model <name>", "the model's name at the endpoint"],
  samples: ["--samples <file>", "training samples: a run's folder or a JSON Lines file"],
  against: ["--against <files...>", "remove samples that overlap these benchmarks (VIVA's format or JSON Lines)"],
  scorer: ["--scorer <name>", "how replies are read"],
  textKey: ["--text-key <key>", "the key of the model's text, if it is an unusual one"],
  allowMissing: ["--allow-missing", "leave out the items that have no prediction, and count them"],
  maxTokens: ["--max-tokens <n>", "maximum tokens per reply"],
  seed: ["--seed <n>", "random seed"],
  out: ["--out <file>", "write the samples that are kept to this file"],
  json: ["--json", "print the result as JSON on standard output"],
} as const satisfies Record<string, readonly [flags: string, description: string]>;

/** The options with which a file that `readPredictions` refuses can be read. */
export const READING_ADVICE = {
  missing: "Add them, or pass --allow-missing to leave these items out",
  textKey: "Name another key with --text-key",
};
