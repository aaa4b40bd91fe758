import { APIConnectionError } from "openai";
import { describe, expect, it } from "vitest";
import { Failure, isBusy, refusesAll, statusError, toFailure } from "../../lib/ask/failure";
import { WovError } from "../../lib/errors";

const endpoint = { baseURL: "http://localhost:1/v1", apiKey: "secret-key-16", concurrency: 1 };
const failureOf = (status: number, error: object = {}, headers: Record<string, string> = {}) =>
  toFailure(statusError(status, { error }, new Headers(headers)), endpoint);

describe("a response that says no", () => {
  const retryable = { retryable: true, fatal: false, refused: false };
  const fatal = { retryable: false, fatal: true, refused: false };
  const refused = { retryable: false, fatal: false, refused: true };
  it.each([
    [[408, 409, 425, 429, 500, 502, 503, 504, 529], undefined, retryable],
    [[400, 413, 415, 422, 451, 501, 505], undefined, refused],
    [[401, 402, 403, 404, 405], undefined, fatal],
    [[400, 403, 404], "content_filter", refused],
    [[400, 403], "ContentPolicyViolation", refused],
    [[400, 403], "moderation_blocked", refused],
    [[403], "SAFETY", refused],
    [[400, 429], "insufficient_quota", fatal],
    [[400, 429], "billing_hard_limit_reached", fatal],
    [[400, 500], "model_not_found", fatal],
    [[400], "invalid_api_key", fatal],
    [[400], "context_length_exceeded", refused],
  ])("with a status of %j and the code %s is %j", (statuses, code, expected) => {
    for (const status of statuses)
      expect(failureOf(status, { code, message: "no" })).toMatchObject({
        ...expected,
        status,
        code,
        message: `${status} no`,
      });
  });

  it.each([
    ["an error's message and code", { error: { message: "no", code: "x" } }, "400 no", "x"],
    ["message and code outside", { object: "error", message: "no", code: "x" }, "400 no", "x"],
    ["a code that is a number", { error: { message: "no", code: 7 } }, "400 no", undefined],
  ])("may have %s as its body", (_, body, message, code) =>
    expect(toFailure(statusError(400, body), endpoint)).toMatchObject({
      message,
      code,
      status: 400,
    }),
  );

  it("that is a redirect is not followed, and names the address", () => {
    const to = failureOf(307, {}, { location: "https://elsewhere.example/v1/chat/completions" });
    expect(to).toMatchObject({ retryable: false, fatal: true, refused: false, status: 307 });
    expect(to.message).toMatch(/^307: it redirects to https:\/\/elsewhere\.example\/.*, which is not followed/);
  });

  it.each([
    [{ "retry-after-ms": "5.5", "retry-after": "9" }, 5.5],
    [{ "retry-after-ms": "0", "retry-after": "9" }, 0],
    [{ "retry-after-ms": "-1", "retry-after": "9" }, 9000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "-3" }, 0],
    [{ "retry-after": "Thu, 01 Jan 2015 00:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{}, undefined],
  ])("with the headers %j asks to wait %s ms", (headers, ms) =>
    expect(failureOf(429, {}, headers).retryAfterMs).toBe(ms),
  );

  it("is given up where it asks to wait for more than five minutes, if it is one to be sent again at all", () => {
    expect(failureOf(429, {}, { "retry-after": "300" })).toMatchObject({ retryable: true, retryAfterMs: 300_000 });
    const late = failureOf(503, { message: "busy", code: "x" }, { "retry-after": "301" });
    expect(late).toMatchObject({ retryable: false, fatal: true, status: 503, code: "x" });
    expect(late.message).toMatch(
      /^503 busy\. It asks to wait until \d{4}-.*, which is more than 5 minutes away\. What/,
    );
    for (const endless of ["1e300", "99999999999999999"])
      expect(failureOf(429, {}, { "retry-after": endless }).message).toMatch(/asks to wait until 21\d\d-/);
    expect(failureOf(400, { message: "no" }, { "retry-after": "301" })).toMatchObject({
      refused: true,
      message: "400 no",
    });
  });
});

describe("another error", () => {
  it("of the network is retryable, and names the endpoint and the error's code once", () => {
    const failed = (message: string, code: string) =>
      toFailure(new APIConnectionError({ cause: Object.assign(new Error(message), { code }) }), endpoint);
    const start = "http://localhost:1/v1 cannot be reached or does not answer: ";
    expect(failed("connect ECONNREFUSED", "ECONNREFUSED")).toMatchObject({
      retryable: true,
      fatal: false,
      refused: false,
      status: null,
      message: `${start}connect ECONNREFUSED`,
    });
    expect(failed("", "ECONNRESET").message).toBe(`${start}(ECONNRESET)`);
    expect(failed("socket hang up", "ECONNRESET").message).toBe(`${start}socket hang up (ECONNRESET)`);
  });

  it.each([
    ["of Node", Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" })],
    ["of the kit", Object.assign(new WovError("Invalid URL"), { code: "ENOENT" })],
    ["of any kind", new Error("Invalid URL")],
  ])("%s concerns its request, now and later", (_, error) => {
    const { message, retryable, fatal, refused, status } = toFailure(error, endpoint);
    expect({ message, retryable, fatal, refused, status }).toEqual({
      message: "Invalid URL",
      retryable: false,
      fatal: false,
      refused: false,
      status: null,
    });
  });

  it("stays what it is where it is a failure already", () => {
    const failure = new Failure("no", { refused: true });
    expect(toFailure(failure, endpoint)).toBe(failure);
  });

  it("holds no key; one of less than eight characters, such as that of a local server, hides no words", () => {
    const message = (apiKey: string, text: string) => toFailure(new Error(text), { ...endpoint, apiKey }).message;
    expect(message("key-0001", "key-0001 and key-0001")).toBe("… and …");
    expect(message("none", "there is none")).toBe("there is none");
    expect(message("", "no")).toBe("no");
  });
});

describe("failures of all requests", () => {
  const no = new Failure("no", { refused: true });
  it.each([
    ["the same refusal", [no, no], true],
    ["refusals with reasons of their own", [no, new Failure("no, because", { refused: true })], false],
    ["a filter's refusal", [1, 2].map(() => new Failure("no", { refused: true, code: "content_filter" })), false],
    ["refusals and other failures", [no, new Failure("no reply, because"), no], true],
    ["pictures that are missing", [1, 2].map(() => new Failure("no", { cause: new WovError("no picture") })), false],
    ["failures, and a picture that is missing", [no, new Failure("no", { cause: new WovError("no") })], false],
  ])("that are %s mean the endpoint: %s", (_, failures, expected) => expect(refusesAll(failures)).toBe(expected));
});

it.each([
  [429, true],
  [503, true],
  [529, true],
  [500, false],
  [408, false],
])("a status of %d means a busy endpoint: %s", (status, busy) => {
  expect(isBusy(failureOf(status))).toBe(busy);
  expect(isBusy(failureOf(status, { code: "insufficient_quota" }))).toBe(false);
});
