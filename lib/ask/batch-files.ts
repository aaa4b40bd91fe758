import type { Adaptation } from "./adapt";
import { encoded } from "./encode";
import type { Endpoint } from "./endpoint";
import { isRecord, numberOf, readErrorBody } from "./error-body";
import { Failure, statusError, toFailure } from "./failure";
import { type Reply, replyRecord } from "./reply";
import type { Request } from "./request";

/** Limits of one batch: requests, and bytes of its input file. */
export interface BatchLimits {
  requests: number;
  bytes: number;
}

/** A line of a batch's output or error file, before it is known which. */
export interface OutputLine {
  custom_id: string;
  response?: unknown;
  error?: unknown;
}

/** Lines of input files, as many at a time as keep within the limits, with the ids of their requests. */
export async function* inputParts(
  { root, endpoint, adaptation }: { root: string; endpoint: Endpoint; adaptation: Adaptation },
  requests: readonly Request[],
  limits: BatchLimits,
): AsyncGenerator<{ lines: string[]; ids: string[] }> {
  let [lines, ids, bytes]: [string[], string[], number] = [[], [], 0];
  for (const request of requests) {
    const body = adaptation.apply(await encoded(root, request, endpoint.extra));
    const line = `${JSON.stringify({ ...request, body })}\n`;
    const size = Buffer.byteLength(line);
    if (lines.length > 0 && (lines.length >= limits.requests || bytes + size > limits.bytes)) {
      yield { lines, ids };
      [lines, ids, bytes] = [[], [], 0];
    }
    lines.push(line);
    ids.push(request.custom_id);
    bytes += size;
  }
  if (lines.length > 0) yield { lines, ids };
}

/** The record of a line with a reply. @throws Failure that says why it holds none */
export function recordOf({ custom_id, response, error }: OutputLine, endpoint: Endpoint): Reply {
  if (!isRecord(response)) {
    // Without a response its request expired, and may be sent again.
    const { message, code } = readErrorBody({ error });
    throw new Failure(message ?? code ?? "no reason was given", { code, retryable: true });
  }
  const status = response.status_code === undefined ? 200 : numberOf(response.status_code);
  if (status !== 200) throw toFailure(statusError(status, response.body), endpoint);
  return replyRecord(custom_id, response.body, endpoint);
}
