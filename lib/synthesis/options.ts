import { isCount, type Labelled, labelAlone, placesOf, splitBare, splitMarked } from "./labels";
import { LETTERS } from "./sample";

/** An option as it is given, in its place. */
export interface GivenOption {
  text: string;
  /** Whatever else it is called: its labels, an id. */
  names: string[];
}

/** Where an option's text may be, best first; of one kind there may be one. */
const TEXT_KEYS = [
  ["text", "content"],
  ["value", "label", "description", "action", "option", "choice", "answer", "statement", "title", "name"],
];
/** What is no option's text, but about it. */
const ABOUT_KEYS = [
  "explanation",
  "rationale",
  "reason",
  "reasoning",
  "feedback",
  "comment",
  "why",
  "type",
  "category",
];
/** More than an option, or a list of them, has. */
const MAX_KEYS = 50;
/** Keys under which a number is a label. */
const NUMBER_KEYS = [
  "letter",
  "label",
  "key",
  "id",
  "index",
  "number",
  "option",
  "value",
  "order",
  "position",
  "choice",
];

/** The options in the order of their labels; undefined if labels and texts cannot be told apart. */
export function readOptions(value: unknown): GivenOption[] | undefined {
  const options = typeof value === "string" ? fromText(value) : fromValue(value);
  const plain = options && withoutLabels(options);
  const isText = plain?.every(({ text }) => text && !isCount(labelAlone(text)));
  return isText && plain?.some(({ text }) => labelAlone(text) === undefined) ? plain : undefined;
}

function fromValue(value: unknown): GivenOption[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return fromList(value);
  const columns = Object.entries(value);
  if (columns.length > MAX_KEYS) return undefined;
  const [, first] = columns[0] ?? [];
  if (Array.isArray(first) && columns.every(([, list]) => Array.isArray(list) && list.length === first.length))
    return fromTable(first.map((_, i) => Object.fromEntries(columns.map(([key, list]) => [key, list[i]]))));
  return fromPairs(columns);
}

function fromList(list: readonly unknown[]): GivenOption[] | undefined {
  if (list.every((one) => typeof one === "string"))
    return (list as string[]).map((text) => ({ text: text.trim(), names: [] }));
  if (!list.every((one) => typeof one === "object" && one !== null && !Array.isArray(one))) return undefined;
  const pairs = list.map((one) => Object.entries(one as object));
  const isPair = pairs.every((entries) => entries.length === 1 && labelAlone(entries[0]![0]) !== undefined);
  return isPair ? fromPairs(pairs.flat()) : fromTable(list as Record<string, unknown>[]);
}

/** {"A": "Go.", "B": "Stay."}, also with objects in place of the texts. */
function fromPairs(pairs: readonly [string, unknown][]): GivenOption[] | undefined {
  const labels = pairs.map(([key]) => labelAlone(key));
  if (labels.some((label) => label === undefined)) return undefined;
  const values = pairs.map(([, value]) => value);
  const texts = values.every((value) => typeof value === "string") ? fromList(values) : fromValue(values);
  return texts && inOrder(texts, labels as string[]);
}

/** Objects with a label and a text, whatever the keys are called: the label is what is a single sign in all of them. */
function fromTable(rows: readonly Record<string, unknown>[]): GivenOption[] | undefined {
  const keys = Object.keys(rows[0] ?? {}).slice(0, MAX_KEYS);
  const columns = keys.map((key) => ({ key: key.toLowerCase(), values: rows.map((row) => row[key]) }));
  const isLabel = ({ key, values }: (typeof columns)[number]) =>
    values.every(
      (value) => labelAlone(value) !== undefined && (typeof value === "string" || NUMBER_KEYS.includes(key)),
    );
  const labels = columns.filter(isLabel);
  const others = columns.filter((one) => !isLabel(one) && one.values.every((value) => typeof value === "string"));
  const texts = textColumn(others);
  if (!texts) return undefined;
  const names = others.filter((one) => one !== texts && !ABOUT_KEYS.includes(one.key));
  let options: GivenOption[] | undefined = texts.values.map((text, i) => ({
    text: (text as string).trim(),
    names: names.map(({ values }) => values[i] as string),
  }));
  for (const { values } of labels)
    options &&= inOrder(
      options,
      values.map((value) => labelAlone(value)!),
    );
  return options;
}

/** The only column that may hold the texts; undefined if there are several. */
function textColumn<T extends { key: string }>(columns: readonly T[]): T | undefined {
  const known = TEXT_KEYS.map((keys) => columns.filter(({ key }) => keys.includes(key)));
  const kinds = [...known, columns.filter(({ key }) => !ABOUT_KEYS.includes(key))];
  const [first, ...more] = kinds.find((kind) => kind.length > 0) ?? [];
  return more.length === 0 ? first : undefined;
}

const INSIDE = /(?:^|[\s;,])[([]?([A-Ha-h1-8]|[ivIV]{1,4})\s*[.):\]]\s+/g;

/** One option per line, or "A. Go. B. Stay." */
function fromText(value: string): GivenOption[] | undefined {
  const lines = value.split("\n").filter((line) => line.trim());
  if (lines.length > 1 && lines.length <= LETTERS.length && lines.every((line) => splitMarked(line)))
    return fromList(lines);
  const found: RegExpMatchArray[] = [];
  for (const label of value.matchAll(INSIDE)) if (found.push(label) > LETTERS.length) return undefined;
  if (found.length < 2) return undefined;
  const texts = found.map((label, i) => ({
    text: value
      .slice(label.index! + label[0].length, found[i + 1]?.index)
      .replace(/[;,]\s*$/, "")
      .trim(),
    names: [],
  }));
  return inOrder(
    texts,
    found.map(([, label]) => label!.toLowerCase()),
  );
}

/**
 * Takes labels off the texts, as often as all of them have one. Under a label of its own, a text may repeat it, but not
 * have another one; what only some of the texts begin with is no label there ("B. Smith is called").
 */
function withoutLabels(options: readonly GivenOption[]): GivenOption[] | undefined {
  const texts = options.map(({ text }) => text);
  const bare = splitBare(texts);
  if (bare?.every(({ label }) => /\d/.test(label))) return undefined; // "1 ambulance", "2 ambulances"?
  const marked = texts.map(splitMarked);
  const labelled = marked.some(Boolean) ? marked : bare;
  if (!labelled) return [...options];
  const hasLabel = options.every(({ names }) => names.length > 0);
  if (!labelled.every((one) => one !== undefined)) {
    const repeats = labelled.some((one, i) => one && options[i]!.names.includes(one.label));
    return hasLabel && !repeats ? [...options] : undefined;
  }
  const labels = (labelled as Labelled[]).map(({ label }) => label);
  const places = placesOf(labels);
  if (!places || (hasLabel && !places.every((place, i) => place === i))) return undefined;
  const rest = options.map(({ names }, i) => ({ text: labelled[i]!.text, names }));
  const sorted = inOrder(rest, labels);
  return sorted && withoutLabels(sorted);
}

/** Options with their labels as names, in the order that these count. */
function inOrder(options: readonly GivenOption[], labels: readonly string[]): GivenOption[] | undefined {
  const places = placesOf(labels);
  if (!places || places.length !== options.length) return undefined;
  const sorted: GivenOption[] = [];
  for (const [i, { text, names }] of options.entries()) sorted[places[i]!] = { text, names: [...names, labels[i]!] };
  return sorted;
}
