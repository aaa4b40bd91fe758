/** Options of several commands, each with one name and one wording, used as `.option(...options.json)`. */
export const options = {
  benchmark: ["--benchmark <file>", "a benchmark in VIVA's format"],
  images: ["--images <folder>", "the folder with the benchmark's pictures"],
  model: ["--model <name>", "the model's name at the endpoint"],
  samples: ["--samples <file>", "training samples: a run's folder or a JSON Lines file"],
  against: ["--against <files...>", "remove samples that overlap these benchmarks (VIVA's format or JSON Lines)"],
  scorer: ["--scorer <name>", "how the choice is read from a reply, or that the likeliest option counts"],
  textKey: ["--text-key <key>", "the key of the model's text, if it is not a usual one"],
  allowMissing: ["--allow-missing", "leave out items that have no prediction, and count them"],
  maxTokens: ["--max-tokens <n>", "maximum tokens per reply"],
  seed: ["--seed <n>", "random seed"],
  out: ["--out <file>", "write the kept samples to this file"],
  budget: ["--budget <usd>", "stop before more than this is spent"],
  profile: ["--profile <name|file>", "a profile in data/profiles, or your own file"],
  json: ["--json", "print the result as JSON on standard output"],
} as const satisfies Record<string, readonly [flags: string, description: string]>;

/** Advice for errors of `readPredictions`: the options that help. */
export const READING_ADVICE = {
  missing: "Add them, or pass --allow-missing to leave these items out",
  textKey: "Name another key with --text-key",
};
