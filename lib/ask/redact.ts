/** Shorter keys are words that may stand in any text, such as the "none" of a local server. */
const MIN_LENGTH = 8;
/** Signs without a width, which may stand between the characters of a key that is echoed. */
const INVISIBLE = "[\\u00ad\\u200b-\\u200f\\u2060\\ufeff]*";
const HIDDEN = "…";

/**
 * A function that removes a key from a text: as it is, with invisible signs in between, escaped for URLs or JSON,
 * reversed, in hexadecimal, and in base64 wherever it stands in what was encoded.
 */
export function createRedactor(key: string): (text: string) => string {
  if (key.length < MIN_LENGTH) return (text) => text;
  const plain = [...key].map(escaped).join(INVISIBLE);
  const forms = [encodeURIComponent(key), [...key].reverse().join(""), hexOf(key), ...base64Of(key)].map(escaped);
  const pattern = new RegExp([plain, ...forms].join("|"), "gi");
  return (text) => unescaped(text).replace(pattern, HIDDEN);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
const hexOf = (key: string): string => Buffer.from(key).toString("hex");

/** What the key alone determines of its base64 form, at each of the three places where it may begin in a group. */
function base64Of(key: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(key)]);
    const first = before === 0 ? 0 : before + 1;
    const last = Math.floor((bytes.length * 8) / 6);
    return (["base64", "base64url"] as const).map((form) => bytes.toString(form).slice(first, last));
  });
}

/** Letters, digits and invisible signs that JSON writes as `\u0073`, as themselves: an echo may be hidden in them. */
const unescaped = (text: string): string =>
  text.includes("\\u")
    ? text.replace(/\\\\|\\u(00[2-7][\da-f]|00ad|200[b-f]|2060|feff)/gi, (whole, code?: string) => {
        const character = code ? String.fromCharCode(Number.parseInt(code, 16)) : "";
        return /[\w\-\u00ad\u200b-\u200f\u2060\ufeff]/.test(character) ? character : whole;
      })
    : text;
