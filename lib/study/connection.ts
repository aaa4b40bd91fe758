export type { Connection } from "../ask/index";
