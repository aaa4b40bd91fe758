import { jsonrepair } from "jsonrepair";

/** The objects in a reply, which may be questions, and the text after the last complete one, if it was cut off. */
export interface ReplyObjects {
  /** Undefined if no JSON is found at all. */
  objects: unknown[] | undefined;
  cutOff?: string;
}

const FENCED = /```[a-z]*\s*\n([\s\S]*?)(?:```|$)/gi;
const START = /\[\s*(?:\{|\])|\{\s*["'\w]/;

/**
 * The objects in a reply, as models write them: in code fences or not, with other text around them, as a list, as one
 * object, under a key, one after the other; with errors of form that `jsonrepair` repairs. If the reply was cut off at
 * the token limit, only the complete ones.
 */
export function objectsIn(reply: string): ReplyObjects {
  const fenced = [...reply.matchAll(FENCED)].map(([, inside]) => inside!).join("\n");
  const text = START.test(fenced) ? fenced : reply;
  const start = text.search(START);
  if (start < 0) return { objects: undefined };
  const { end, open, wholeEnd } = scan(text, start);
  if (!open) return { objects: parse(text.slice(start, end)) };
  const cutOff = text.slice(wholeEnd ?? start);
  // The brackets before the last complete object are still open; jsonrepair closes them.
  return { objects: wholeEnd === undefined ? [] : parse(text.slice(start, wholeEnd)), cutOff };
}

/** Where the JSON ends, whether a bracket is still open there, and where its last complete question ends. */
function scan(text: string, start: number): { end: number; open: boolean; wholeEnd?: number } {
  const stack: string[] = [];
  let inString = false;
  let end = start;
  let wholeEnd: number | undefined;
  for (let i = start; i < text.length; i++) {
    const character = text[i]!;
    if (inString) {
      if (character === "\\") i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") stack.push(character);
    else if ((character === "}" || character === "]") && stack.length > 0) {
      stack.pop();
      end = i + 1;
      if (character === "}" && isListOfQuestions(stack)) wholeEnd = end;
      if (stack.length === 0 && !START.test(text.slice(end))) break; // only other text follows
    }
  }
  return { end, open: stack.length > 0, wholeEnd };
}

/** Whether an object that ends here is a question: it is in no other object except one that holds the whole list. */
const isListOfQuestions = (stack: readonly string[]) => stack.length <= 2 && ["", "[", "{["].includes(stack.join(""));

function parse(text: string): unknown[] | undefined {
  const value = attempt(() => JSON.parse(text)) ?? attempt(() => JSON.parse(jsonrepair(text)));
  if (Array.isArray(value)) return value.flat();
  if (typeof value !== "object" || value === null) return undefined;
  const lists = Object.values(value).filter((one) => Array.isArray(one) && one.some((o) => typeof o === "object"));
  const isQuestion = Object.keys(value).length > 2;
  return lists.length === 1 && !isQuestion ? (lists[0] as unknown[]) : [value];
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
