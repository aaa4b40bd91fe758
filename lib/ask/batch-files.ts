import { encoded } from "./encode";
import type { Endpoint } from "./endpoint";
import { Failure, statusError, toFailure, unexpected } from "./failure";
import type { Request } from "./request";

/** Limits of one batch: requests, and bytes of its input file. */
export interface BatchLimits {
  requests: number;
  bytes: number;
}

/** A line of a batch's output or error file, before it is known which. */
export interface OutputLine {
  custom_id: string;
  response?: { status_code: number; body: unknown } | null;
  error?: { code?: string; message?: string } | null;
}

/** Lines of input files, as many at a time as keep within the limits, with the ids of their requests. */
export async function* inputParts(
  { root, endpoint }: { root: string; endpoint: Endpoint },
  requests: readonly Request[],
  limits: BatchLimits,
): AsyncGenerator<{ lines: string[]; ids: string[] }> {
  let [lines, ids, bytes]: [string[], string[], number] = [[], [], 0];
  for (const request of requests) {
    const line = `${JSON.stringify({ ...request, body: await encoded(root, request, endpoint.extra) })}\n`;
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

/** Why a line holds no reply; without a response its request expired, and may be sent again. */
export function failureOf({ response, error }: OutputLine, endpoint: Endpoint): Failure {
  if (!response)
    return new Failure(error?.message ?? error?.code ?? "no reason was given", { code: error?.code, retryable: true });
  const { status_code, body } = response;
  const ofReply = status_code === 200 && unexpected("a chat completion", "no choices", body);
  return toFailure(ofReply || statusError(status_code, body), endpoint);
}
