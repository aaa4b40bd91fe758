import type { Random } from "../../lib/random";

/** Texts that readers stumble over: Unicode of all kinds, marks of every format, words that programs know. */
const ODD_TEXTS = [
  ..."\u0000|\u001b[2J|\u00a0|\u00ad|\u200b|\u200d|\u202e|\u2028|\ufeff|\ufffd|\ud83d|\udc00|\u{1f642}|\u0130|ß|ﬁ|Ａ|А|中文|، |ａ".split(
    "|",
  ),
  ...'"|\\|\\"|\\u|`|```|```json\n|<|>|<think>|</think>|<answer>|</answer>|\\boxed{|}|{|[|]|(|)|**|#|$|&amp;|%|---'.split(
    "|",
  ),
  ..."\n|\r\n|\r|\t|\n\n|null|NaN|-Infinity|undefined|true|1e999|-0|0x1|__proto__|constructor|toString".split("|"),
];

/** Changes a text at random: bytes and parts are changed, left out, moved or repeated, odd texts put in. */
export function mutateText(random: Random, text: string, times = 1 + random.int(4)): string {
  let now = text;
  for (let i = 0; i < times; i++) now = random.pick(TEXT_CHANGES)(random, now);
  return now;
}

/** A place in a text, and another one up to 40 characters later. */
function part(random: Random, text: string): [number, number] {
  const from = random.int(text.length + 1);
  return [from, Math.min(text.length, from + random.int(40))];
}

const TEXT_CHANGES: ((random: Random, text: string) => string)[] = [
  flipBits,
  (random, text) => text.slice(0, random.int(text.length + 1)),
  (random, text) => without(text, ...part(random, text)),
  (random, text) => insert(random, text, random.pick(ODD_TEXTS)),
  (random, text) => insert(random, text, String.fromCharCode(random.int(0x10000))),
  (random, text) => insert(random, text, text.slice(...part(random, text))),
  (random, text) => insert(random, text, random.pick(ODD_TEXTS).repeat(1 + random.int(300))),
  (random, text) => {
    const [from, to] = part(random, text);
    return insert(random, without(text, from, to), text.slice(from, to));
  },
  (random, text) => {
    const [from, to] = part(random, text);
    const times = Math.min(2000, 20_000 / Math.max(1, text.length));
    return insert(random, text, text.slice(from, to).repeat(random.int(times + 1)));
  },
];

/** Flips a few bits of the text's bytes, as a bad disk or line does. */
function flipBits(random: Random, text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length === 0) return text;
  for (let n = 1 + random.int(3); n > 0; n--) bytes[random.int(bytes.length)]! ^= 1 << random.int(8);
  return bytes.toString("utf8");
}

const without = (text: string, from: number, to: number) => text.slice(0, from) + text.slice(to);

function insert(random: Random, text: string, what: string): string {
  const at = random.int(text.length + 1);
  return text.slice(0, at) + what + text.slice(at);
}

/** Text that is not like anything: odd texts, letters and words in any order. */
export const randomText = (random: Random, words: readonly string[] = []): string =>
  Array.from({ length: random.int(30) }, () => random.pick([...ODD_TEXTS, ...words, " ", "A", "b", "7"])).join("");

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Changes one place of a JSON value, at any depth: another type, another key, more or less of it, deep nesting. */
export function mutateJson(random: Random, value: unknown): unknown {
  const children = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (children.length === 0 || random.next() < 0.15) return random.pick(VALUE_CHANGES)(random, value);
  const key = random.pick(children);
  if (Array.isArray(value)) return changeList(random, value, Number(key));
  const object = value as Record<string, unknown>;
  if (random.next() < 0.75) return { ...object, [key]: mutateJson(random, object[key]) };
  const { [key]: taken, ...rest } = object;
  return random.pick([
    rest,
    { ...rest, [random.pick(ODD_KEYS)]: taken },
    { ...object, [random.pick(ODD_KEYS)]: taken },
  ]);
}

const ODD_KEYS = ["toString", "constructor", "length", "", "0", "id", "text", "index", "\u0000", "content"];

function changeList(random: Random, list: readonly unknown[], at: number): unknown[] {
  const [before, one, after] = [list.slice(0, at), list[at], list.slice(at + 1)];
  if (random.next() < 0.6) return [...before, mutateJson(random, one), ...after];
  return random.pick([[...before, ...after], [...before, one, one, ...after], random.shuffle(list), [list], []]);
}

const VALUE_CHANGES: ((random: Random, value: unknown) => unknown)[] = [
  (random) =>
    random.pick<Json>([null, true, false, 0, -1, 1.5, 1e21, 2 ** 53, "", " ", "A", "1", [], {}, [[]], [null]]),
  (random) => random.pick(ODD_TEXTS),
  (random) => ({ toString: random.pick<Json>([1, null, "A"]), valueOf: 1 }),
  (_, value) => [value],
  (_, value) => ({ text: value }),
  (_, value) => JSON.stringify(value),
  (random, value) =>
    typeof value === "string" ? mutateText(random, value) : typeof value === "number" ? -value : value,
  (random, value) => nest(value, random.pick([3, 50, 600, 2000]), random.pick(["list", "object"])),
  (random) => "word ".repeat(random.int(4000)),
];

function nest(value: unknown, depth: number, how: "list" | "object"): unknown {
  let nested = value;
  for (let i = 0; i < depth; i++) nested = how === "list" ? [nested] : { text: nested };
  return nested;
}

/** More than any reply, and a limit for what is indented at each level of deep nesting. */
const MAX_CHARS = 200_000;

/** JSON as other programs write it: with spaces or without, non-ASCII escaped or not. */
export function writeJson(random: Random, value: unknown): string {
  const indented = JSON.stringify(value, null, random.pick([0, 0, 1, 2])) ?? "null";
  const text = indented.length > MAX_CHARS ? JSON.stringify(value) : indented;
  return random.next() < 0.2 ? text.replace(/[^\x20-\x7e\n]/g, escapeUnit) : text;
}

const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
