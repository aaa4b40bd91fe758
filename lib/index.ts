/** What notebooks import: the study, what it is made of, and what shows it. */
export { readStrict, scoreReplies } from "./answers/index";
export { type Item, loadBenchmark } from "./benchmark/index";
export { drawItems, rightAction, seedQuestions } from "./pocket/index";
export * from "./prompts/index";
export * from "./show/index";
export { comparePaired, mcnemarExact, wilson } from "./stats/index";
export * from "./study/index";
export { screen, toPromptCompletion } from "./synthesis/index";
