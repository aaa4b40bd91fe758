/** Benchmarks: VIVA's file, or any in its format, such as the pocket world's. */
export type { Option } from "../prompts/index";
export { clustersOf, type Fault, type FaultKind, faultKinds } from "./audit";
export { type FileBenchmark, fileBenchmark } from "./file-source";
export { type CachedBenchmark, downloadViva, explainHubError, type HubOptions, VIVA } from "./hub";
export { fetchImages, type ImageRecord, type ImageSource, imageYield } from "./images";
export type { Item } from "./item";
export { type AuditedBenchmark, auditBenchmark, loadBenchmark, type ReadOptions } from "./load";
export { NOT_A_NUMBER, parsePythonJson } from "./python-json";
export { originalLetter, rotateOptions } from "./rotation";
export type {
  BenchmarkSource,
  DrawPicture,
  ExpectedContent,
  PictureRecord,
  PrepareTarget,
  RulesProgram,
} from "./source";
export { type AuditSummary, summarizeAudit } from "./summary";
export { type PictureFormat, pictureFormat } from "./verify";
export { type VivaBenchmark, vivaBenchmark } from "./viva-source";
