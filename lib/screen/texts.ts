import { NOT_A_NUMBER } from "../benchmark/index";

/** A text inside a JSON value. */
export interface FoundText {
  text: string;
  /** Whether it is what a system or developer message says; that is the same in many samples. */
  isSystem: boolean;
}

/** Roles of messages that come before what a user says. */
const SYSTEM_ROLES = ["system", "developer"];
/** ASCII without a space: an id, an address, a letter, the bytes of a picture. */
const NO_TEXT = /^[\x21-\x7e]*$/;
/** How messages or an object begin that were written into a string as JSON. */
const JSON_INSIDE = /^\s*(?:\[\s*)?\{\s*"/;

/** All texts inside a value, in their order: strings, messages and their parts, lists, objects, JSON in strings. */
export function textsIn(value: unknown): FoundText[] {
  if (typeof value === "string" && !JSON_INSIDE.test(value))
    return isText(value) ? [{ text: value.trim(), isSystem: false }] : [];
  const found: FoundText[] = [];
  const open: { value: unknown; isSystem: boolean }[] = [{ value, isSystem: false }]; // no recursion: it may be deep
  for (let next = open.pop(); next; next = open.pop()) {
    const { isSystem } = next;
    const inside = typeof next.value === "string" ? jsonIn(next.value) : next.value;
    if (typeof inside === "string") {
      if (isText(inside)) found.push({ text: inside.trim(), isSystem });
    } else if (typeof inside === "object" && inside !== null && !ArrayBuffer.isView(inside)) {
      const system = isSystem || saysSystem(inside);
      const children = Object.values(inside);
      for (let i = children.length - 1; i >= 0; i--) open.push({ value: children[i], isSystem: system });
    }
  }
  return found;
}

const isText = (text: string) => !NO_TEXT.test(text) && text.trim() !== "" && text !== NOT_A_NUMBER;

const saysSystem = ({ role, from }: { role?: unknown; from?: unknown }) =>
  [role, from].some((who) => typeof who === "string" && SYSTEM_ROLES.includes(who));

function jsonIn(text: string): unknown {
  if (!JSON_INSIDE.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
