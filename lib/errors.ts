/**
 * An error that the user can fix. Its message says where it is (file, line, item), what was expected and what to do;
 * the command line prints it without a stack trace.
 */
export class WovError extends Error {
  /** 1: it failed while running; 2: wrong usage or bad input. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = "WovError";
    this.exitCode = exitCode;
  }
}
