import { recordOf } from "../../lib/ask/batch-files";
import { countReplies, type Endpoint, Failure, textRequest, textsById, tokensOf } from "../../lib/ask/index";
import { chargedTokens, failureLine, type Reply } from "../../lib/ask/reply";
import type { Random } from "../../lib/random";
import { mutateJson, mutateText, randomText } from "./mutate";
import { demand, demandEqual, type Input, type Target } from "./target";

const ENDPOINT: Endpoint = { baseURL: "https://example.org/v1", apiKey: "none", concurrency: 1 };
const REQUEST = textRequest("7", "Choose.", { model: "m", max_tokens: 8, temperature: 0 });

/** Bodies in which endpoints send a text. */
const BODIES: ((text: string) => object)[] = [
  (content) => ({ choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }] }),
  (content) => ({ choices: [{ message: { content: [{ type: "text", text: content }] } }], usage: null }),
  (content) => ({ choices: [{ message: { content, reasoning_content: "B or C?" } }], usage: { prompt_tokens: 5 } }),
  (text) => ({ output: [{ type: "message", content: [{ type: "output_text", text }] }], status: "completed" }),
  (content) => ({
    choices: [{ index: 0, message: { content }, finish_reason: "length" }],
    usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
  }),
];

const ERRORS = [
  { error: { message: "too long", code: "context_length_exceeded" } },
  { object: "error", message: "no", code: 400 },
  { detail: [{ loc: ["body"], msg: "field required" }] },
  { error: "overloaded" },
];

const lineOf = (body: unknown) => ({
  id: "batch_1",
  custom_id: "7",
  response: { status_code: 200, body },
  error: null,
});

/** The record that a line becomes: that of a reply, or of why there is none. */
function recordFrom(line: unknown): Reply {
  try {
    return recordOf(line as Parameters<typeof recordOf>[0], ENDPOINT);
  } catch (error) {
    if (error instanceof Failure) return failureLine("7", error);
    throw error;
  }
}

interface Read {
  record: Reply;
  text: string | undefined;
  numbers: number[];
}

/** Whatever a line holds, its record can be written, read again, counted and charged. */
function readLine(line: unknown): Read {
  const record = JSON.parse(JSON.stringify(recordFrom(line))) as Reply;
  const texts = textsById([record], "records.jsonl");
  const { prompt, completion } = tokensOf([record]);
  const charged = chargedTokens(record, REQUEST);
  const counts = Object.values(countReplies([record])) as number[];
  return { record, text: texts.get("7"), numbers: [prompt, completion, charged.prompt, charged.completion, ...counts] };
}

function input(line: unknown, check: (read: Read) => void = () => {}): Input {
  return {
    text: JSON.stringify(line) ?? "undefined",
    read: () => readLine(line),
    check: (result, error) => {
      demand(!error, `the record cannot be read again: ${error?.message}`);
      const read = result as Read;
      demand(typeof read.text === "string", "the record has no text");
      for (const number of read.numbers) demand(number >= 0 && number < 1e12, `${number} tokens or replies`);
      check(read);
    },
  };
}

/** An object with the id of the request: a line without one belongs to no request. */
const withId = (line: unknown) =>
  typeof line === "object" && !Array.isArray(line) ? { ...line, custom_id: "7" } : lineOf(line);

const kinds: ((random: Random) => Input)[] = [
  (random) => {
    const text = random.pick(["A", "", "The answer is B.\n", randomText(random)]);
    return input(lineOf(random.pick(BODIES)(text)), (read) => demandEqual(read.text, text, "text"));
  },
  (random) => input(withId(mutateJson(random, lineOf(random.pick(BODIES)("A"))))),
  (random) => input(lineOf(mutateJson(random, mutateJson(random, random.pick(BODIES)("A"))))),
  (random) => input(lineOf(mutateJson(random, random.pick(ERRORS)))),
  (random) => input({ custom_id: "7", response: null, error: mutateJson(random, random.pick(ERRORS)) }),
  (random) => {
    const status_code = random.pick<unknown>([200, 400, 429, 500, "200", 0, null, {}, -1, 1e9]);
    const body = random.next() < 0.5 ? random.pick(ERRORS) : mutateText(random, JSON.stringify(random.pick(ERRORS)));
    return input({ custom_id: "7", response: { status_code, body } });
  },
  // A line of a file that somebody edited: it is read, or refused by its number.
  (random) => {
    const line = mutateJson(random, lineOf(random.pick(BODIES)("A")));
    return {
      text: JSON.stringify(line) ?? "undefined",
      read: () => textsById([{ ...lineOf({}), custom_id: "1" }, line], "records.jsonl"),
      check: (_, error) => error && demand(/records\.jsonl, line 2/.test(error.message), error.message),
    };
  },
];

/** Lines of batch output, and the records that come of them. */
export const batchLines: Target = { name: "batch-lines", weight: 10, make: (random) => random.pick(kinds)(random) };
