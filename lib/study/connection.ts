import type { Budget, Endpoint } from "../ask/index";

/** An endpoint, with the budget, abort signal and progress callback of its use. */
export interface Connection {
  endpoint: Endpoint;
  budget?: Budget;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}
