/** A benchmark's items: VIVA's file, or any in its format (the pocket world's is one). */
export type { Item, Option } from "./item";
export { loadBenchmark } from "./load";
