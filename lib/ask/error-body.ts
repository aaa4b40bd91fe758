/** What an error's body says, in whatever form. */
export interface ErrorBody {
  message?: string;
  /** The API's own name for the error. */
  code?: string;
  /** The field of the request that it is about. */
  param?: string;
  /** The status that the body names, or that its words stand for. */
  status?: number;
}

/** Keys under which servers say what is wrong, the most specific first. */
const MESSAGE_KEYS = ["message", "detail", "msg", "error_description", "reason", "title"];
const MAX_DEPTH = 5;

/** Words for statuses, for errors that name none. The first that matches counts. */
const STATUS_WORDS: [RegExp, number][] = [
  [/rate.?limit|too.?many|exhausted|throttl|slow.?down/i, 429],
  [/overload|unavailable|capacity|busy/i, 503],
  [/content.?(filter|policy)|moderation|safety|invalid|not.?found|unsupported|too.?(long|large)|context.?length/i, 400],
];
/** An error that names no status, and none that its words stand for, is taken for one of the server behind. */
const UNNAMED_STATUS = 502;

/**
 * Reads the body of an error: OpenAI's and Azure's `{error: {message, code}}`, a string under `error` (Ollama),
 * `message` or `detail` at the top (vLLM, Mistral, FastAPI, whose details may be a list), a list (Google), or text.
 */
export function readErrorBody(body: unknown): ErrorBody {
  if (typeof body === "string") return body.trim() ? { message: titleOf(body) } : {};
  if (Array.isArray(body)) return body.length > 0 ? readErrorBody(body[0]) : {};
  if (!isRecord(body)) return {};
  const error = [body.error, body.errors].find((one) => isRecord(one) || Array.isArray(one) || isText(one)) ?? body;
  const fields = (Array.isArray(error) ? error[0] : error) as unknown;
  const inner = isRecord(fields) ? fields : {};
  const message = messageIn(error) ?? messageIn(body);
  const status = [inner.code, inner.status, inner.status_code, body.code, body.status].map(numberOf).find(isStatus);
  return {
    ...(message !== undefined && { message: withOrigin(message, inner) }),
    ...(isText(inner.code) && !isStatus(numberOf(inner.code)) && { code: inner.code }),
    ...(isText(inner.param) && { param: inner.param }),
    ...(status !== undefined && { status }),
  };
}

/** The status that an error stands for which came with the status 200. */
export function impliedStatus(body: unknown): number {
  const { status, code = "", message = "" } = readErrorBody(body);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const names = [code, error.type, error.status].filter(isText).join(" ");
  const by = (text: string) => STATUS_WORDS.find(([words]) => words.test(text))?.[1];
  return status ?? by(names) ?? by(message) ?? UNNAMED_STATUS;
}

/** The text of an error, which may be nested, or a list of faults with their places (FastAPI). */
function messageIn(error: unknown, depth = 0): string | undefined {
  if (isText(error)) return error;
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(error)) {
    const faults = error.slice(0, 3).map((one) => {
      const place = isRecord(one) && Array.isArray(one.loc) ? `${one.loc.map(stringOf).join(".")}: ` : "";
      const text = messageIn(one, depth + 1);
      return text === undefined ? undefined : `${place}${text}`;
    });
    return faults.filter((one) => one !== undefined).join("; ") || undefined;
  }
  if (!isRecord(error)) return undefined;
  for (const key of MESSAGE_KEYS) {
    const text = messageIn(error[key], depth + 1);
    if (text !== undefined) return text;
  }
  return depth === 0 && isRecord(error.error) ? messageIn(error.error, depth + 1) : undefined;
}

/** A router's message, with that of the server behind it. */
function withOrigin(message: string, { metadata }: Record<string, unknown>): string {
  const raw = isRecord(metadata) ? metadata.raw : undefined;
  return isText(raw) && !message.includes(raw) ? `${message}: ${raw}` : message;
}

/** A text; of a web page, its title. */
function titleOf(text: string): string {
  if (!/^\s*</.test(text)) return text.trim();
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]?.trim();
  return title ? `a web page: ${title}` : "a web page";
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** A number, also one in a text; NaN for anything else, such as an object that has a valueOf of its own. */
export const numberOf = (value: unknown): number =>
  typeof value === "number" || (typeof value === "string" && value.trim() !== "") ? Number(value) : Number.NaN;
/** A text as it is, a number as a text, and "" for anything else. */
export const stringOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const isStatus = (status: number): boolean => Number.isInteger(status) && status >= 400 && status < 600;
