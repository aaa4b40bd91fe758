import { withoutThinking } from "../ask/index";
import { type Brackets, matchBrackets } from "./brackets";
import { createParser } from "./parse";
import { FIELD_NAMES } from "./question";

/** Something in a reply that may be a question. */
export interface ReplyPiece {
  /** Undefined if it is not JSON, not even after repair. */
  value: unknown;
  text: string;
}

/** What is in a reply. */
export interface ReplyPieces {
  pieces: ReplyPiece[];
  /** The text after the last complete question, if it was cut off. */
  cutOff?: string;
  /** Why there is none. */
  fault?: "no reply" | "no JSON" | "nothing after the thinking";
}

const FENCED = /```[a-z]*\s*\n([\s\S]*?)(?:```|$)/gi;
/** The name of a question's field as a key, in any quotes or none, with a value that may be a field's. */
const FIELD = new RegExp(
  String.raw`(?<![\w\\])["'“‘]?(?:${Object.values(FIELD_NAMES)
    .flat()
    .map((name) => name.replaceAll(" ", "[ _-]"))
    .join("|")})["'”’]?\s{0,20}:(?!\s{0,20}\{)`,
  "gi",
);
/** Broken quotes turn around what is JSON and what is in a string, so reading begins again at a field that is left. */
const MAX_PASSES = 8;

/**
 * What may be a question in a reply, as models write it: in code fences or not, with any text around it, also with
 * braces, as a list, as one object, under a key, one after the other, with errors of form that `jsonrepair` repairs. One
 * broken piece spoils no other. What a model thinks is not read. Takes time in proportion to the length.
 */
export function piecesOf(reply: string): ReplyPieces {
  const said = withoutThinking(reply);
  if (!said) return { pieces: [], fault: reply.trim() ? "nothing after the thinking" : "no reply" };
  const fenced = [...said.matchAll(FENCED)].map(([, inside]) => inside!).join("\n");
  const text = fieldsIn(fenced).length > 0 ? fenced : said;
  const fields = fieldsIn(text);
  return fields.length === 0 ? anyJson(text) : questionsIn(text, fields);
}

const fieldsIn = (text: string): number[] => [...text.matchAll(FIELD)].map(({ index }) => index!);

/** Objects that have names of fields among their keys; of one in another, the one with more. */
function questionsIn(text: string, fields: readonly number[]): ReplyPieces {
  const pieces: ReplyPiece[] = [];
  const read = createParser(text);
  const first = matchBrackets(text, 0, fields);
  const enough = first.objects.some((object) => object.fields > 1) ? 2 : 1;
  let [from, end] = [0, 0];
  for (let pass = 0, { objects } = first; pass < MAX_PASSES; pass++) {
    for (const object of objects) {
      if (object.start < end || object.fields < enough || object.fields < object.inside) continue;
      const isNested = object.inside >= enough;
      const value = isNested && !object.closed ? undefined : read(object);
      if (value === undefined && isNested && object.closed) continue;
      pieces.push({ value, text: text.slice(object.start, object.end) });
      if (!isNested || object.closed) end = object.end;
    }
    const next = nextObject(text, fields, Math.max(end, from + 1));
    if (next === undefined) break;
    if (pass > 0 && end <= from) pieces.push({ value: undefined, text: text.slice(from, next) }); // it never closes
    from = next;
    ({ objects } = matchBrackets(text, from, fields));
  }
  const cutOff = cutOffAt(text, end, first, fields);
  return { pieces, ...(cutOff !== undefined && { cutOff }) };
}

/** The last "{" before the next field that comes after one. */
function nextObject(text: string, fields: readonly number[], from: number): number | undefined {
  const start = text.indexOf("{", from);
  const field = start < 0 ? undefined : fields.find((at) => at > start);
  return field === undefined ? undefined : text.lastIndexOf("{", field);
}

/** What follows the last question, if its list or a further question is not closed. */
function cutOffAt(text: string, end: number, { open }: Brackets, fields: readonly number[]): string | undefined {
  const last = open.at(-1);
  if (!last || /^\s*\]/.test(text.slice(end, end + 100))) return undefined;
  const isList = last.isList && end > 0;
  if (!isList && !fields.some((at) => at >= Math.max(end, open[0]!.start))) return undefined;
  return text.slice(Math.max(end, open[0]!.start));
}

/** None of it can be a question, so a few show what it is. */
const MAX_ANY = 20;

/** Whatever is JSON in a text without any field: the items of lists, and objects. */
function anyJson(text: string): ReplyPieces {
  const read = createParser(text);
  const { outer } = matchBrackets(text, 0, []);
  const pieces = outer
    .slice(0, MAX_ANY)
    .map((piece) => ({ value: read(piece, false), text: text.slice(piece.start, piece.end) }));
  const found = pieces.flatMap(({ value, text }) =>
    (Array.isArray(value) ? value : [value]).map((one) => ({ value: one, text })),
  );
  const json = found.filter(({ value }) => value !== undefined).slice(0, MAX_ANY);
  return json.length > 0 ? { pieces: json } : { pieces: [], fault: "no JSON" };
}
