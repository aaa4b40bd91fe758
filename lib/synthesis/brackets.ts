/** A piece of a text: from its first bracket to after its last. */
export interface TextPiece {
  start: number;
  end: number;
}

/** An object in a text that has names of a question's fields among its own keys. */
export interface TextObject extends TextPiece {
  /** How many such names. */
  fields: number;
  /** The most that an object inside of it has. */
  inside: number;
  /** False if it was not closed before what it is in. */
  closed: boolean;
}

/** The brackets of a text. */
export interface Brackets {
  /** In the order of their starts; those that are still open at the end are not among them. */
  objects: TextObject[];
  /** The first closed objects and lists that are in no other one. */
  outer: TextPiece[];
  /** Brackets that are still open at the end, with their starts. */
  open: { isList: boolean; start: number }[];
}

/** Brackets in so many others are no questions, and are forgotten. */
const MAX_DEPTH = 100;
const MAX_OUTER = 20;
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 91, 93, 123, 125];

/**
 * Matches the brackets of a text from a position on, in one pass. Those inside of double quotes count as text, but only
 * within a bracket: what is around JSON may be quoted in any way. A bracket closes what was not closed before it.
 *
 * @param fields positions of field names, ascending; a quoted name is where its quote is
 */
export function matchBrackets(text: string, from: number, fields: readonly number[]): Brackets {
  const found: Brackets = { objects: [], outer: [], open: [] };
  const [isList, starts, own, inside] = Array.from({ length: 4 }, () => new Int32Array(MAX_DEPTH + 1)) as Stack;
  const opened = [0, 0]; // objects, lists
  let [depth, field, inString] = [
    0,
    Math.max(
      0,
      fields.findIndex((at) => at >= from),
    ),
    false,
  ];
  for (let i = from; i < text.length; i++) {
    if (i === fields[field]) {
      field++;
      if (!inString && depth > 0 && !isList[depth]) own[depth]!++;
    }
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = depth > 0;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) open(code === OPEN_LIST ? 1 : 0, i);
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) close(code === CLOSE_LIST ? 1 : 0, i);
  }
  for (let at = 1; at <= depth; at++) found.open.push({ isList: isList[at] === 1, start: starts[at]! });
  found.objects.sort((a, b) => a.start - b.start);
  return found;

  function open(list: 0 | 1, start: number): void {
    if (depth === MAX_DEPTH) depth = opened[0] = opened[1] = 0;
    depth++;
    opened[list]!++;
    isList[depth] = list;
    starts[depth] = start;
    own[depth] = inside[depth] = 0;
  }

  function close(list: 0 | 1, at: number): void {
    if (opened[list] === 0) return;
    for (let closed = false; !closed; depth--) {
      const kind = isList[depth] as 0 | 1;
      const start = starts[depth]!;
      const mine = own[depth]!;
      const within = inside[depth]!;
      closed = kind === list;
      opened[kind]!--;
      inside[depth - 1] = Math.max(inside[depth - 1]!, mine, within);
      if (mine > 0) found.objects.push({ start, end: closed ? at + 1 : at, fields: mine, inside: within, closed });
      if (closed && depth === 1 && found.outer.length < MAX_OUTER) found.outer.push({ start, end: at + 1 });
    }
  }
}

type Stack = [isList: Int32Array, starts: Int32Array, own: Int32Array, inside: Int32Array];
