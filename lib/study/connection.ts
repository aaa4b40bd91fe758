import type { Budget, Endpoint } from "../ask/index";

/** An endpoint, and what limits and follows its use. */
export interface Connection {
  endpoint: Endpoint;
  budget?: Budget;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}
