/** Duplicates among texts, and contamination by known ones: exact similarity and containment of word triples. */
export { type Paraphrase, screenEmbedded } from "./embedded";
export { type ScreenFileOptions, type ScreenReport, screenFile } from "./file";
export { groupSimilar } from "./groups";
export type { KnownText } from "./known";
export { EXPECTED_FORMS, parseLine, readLine } from "./line";
export { type NumberedLine, readLines, splitLines } from "./lines";
export { nearestScores } from "./nearest";
export { DEFAULT_THRESHOLDS, type ScreenRejection, screen, type Thresholds } from "./screen";
export type { Screenable } from "./sketch";
