import { isWord } from "./words";

/** Words that may stand before a label: "the best option is B", "I would choose B". */
const LEADS = words(
  "the my a i i'd i’d would will think so thus therefore hence final correct best right most appropriate selected " +
    "answer option choice action letter is be should go with choose select pick boxed text mathbf mathrm",
);
/** Words that announce a label. */
const CUES = words(
  "answer choice choose select pick with boxed 答案 答え 정답 ответ respuesta réponse antwort risposta resposta",
);
/** Words that take back what a sentence says after them. */
const DENIALS = words("not never cannot neither nor if unless wrong incorrect without");
/** What may link two labels that are both meant. */
const LINKS = words("or and nor / , &");
/** Words that may follow a label; before any other word, "A" and "I" are words themselves. */
const FOLLOWERS = words("or and nor because since");
const PRAISE = words("the clearly best correct right answer most");

/** How many tokens on or back a label's words are looked for. */
const REACH = 24;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

const has = (set: ReadonlySet<string>, token: string | undefined) =>
  token !== undefined && set.has(token.toLowerCase());

/** Whether the token at `i` is an option's label: one capital letter by itself. */
function isLabel(tokens: readonly string[], i: number): boolean {
  if (!/^[A-Z]$/.test(tokens[i] ?? "")) return false;
  const next = tokens[i + 1];
  return !isWord(next) || has(FOLLOWERS, next) || (next === "is" && has(PRAISE, tokens[i + 2]));
}

/** A label, and where what follows it begins. */
export interface Label {
  letter: string;
  end: number;
}

/** The label with which a text opens. */
export function openingLabel(tokens: readonly string[]): Label | undefined {
  const at = skipLeads(tokens, 0);
  if (isLabel(tokens, at) && isAsked(tokens, at)) return undefined;
  if (isLabel(tokens, at)) return { letter: tokens[at]!, end: at + 1 };
  const only = tokens.filter(isWord);
  return only.length === 1 && /^[a-z]$/.test(only[0]!)
    ? { letter: only[0]!.toUpperCase(), end: tokens.length }
    : undefined;
}

/** "Is it B?" */
const isAsked = (tokens: readonly string[], at: number) => tokens[at + 1] === "?" && isWord(tokens[at - 1]);

/** Where the words and marks that may lead to a label end. */
export function skipLeads(tokens: readonly string[], from: number): number {
  const end = Math.min(tokens.length, from + REACH);
  let at = from;
  while (at < end && !isLabel(tokens, at) && (!isWord(tokens[at]) || has(LEADS, tokens[at]))) at++;
  return at;
}

/**
 * What a text calls its answer, in order: "the answer is B", "Answer: B", "I choose B", or a last line "B". Each
 * statement has the labels that it names: of "the answer is B or C" both.
 */
export function statements(tokens: readonly string[]): Label[][] {
  const announced = tokens.flatMap((token, i) => {
    if (!has(CUES, token) || isDenied(tokens, i)) return [];
    const at = skipLeads(tokens, i + 1);
    const announces = isLabel(tokens, at) && !isAsked(tokens, at) && !tokens.slice(i, at).includes("\n");
    return announces ? [linked(tokens, at)] : [];
  });
  const lastLine = tokens.slice(tokens.lastIndexOf("\n") + 1);
  const last = openingLabel(lastLine);
  const alone = last && !lastLine.slice(last.end).some(isWord);
  return alone ? [...announced, [{ ...last, end: tokens.length - lastLine.length + last.end }]] : announced;
}

/** The label at `at`, and those that "or", "and" or a comma adds to it. */
function linked(tokens: readonly string[], at: number): Label[] {
  const label = { letter: tokens[at]!, end: at + 1 };
  let next = at + 1;
  while (next < tokens.length && !isWord(tokens[next]) && !has(LINKS, tokens[next])) next++;
  if (!has(LINKS, tokens[next])) return [label];
  const other = skipLeads(tokens, next + 1);
  return isLabel(tokens, other) ? [label, ...linked(tokens, other)] : [label];
}

/** Whether the sentence says, before `at`, that what follows is not so. */
function isDenied(tokens: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - REACH) && !/^[.!?;\n]$/.test(tokens[i]!); i--)
    if (has(DENIALS, tokens[i]) || /n['’]t$/i.test(tokens[i]!)) return true;
  return false;
}

/** All labels that stand in a text as labels do: at the start of a clause, before a full stop, after "option". */
export function listedLabels(tokens: readonly string[]): string[] {
  return tokens.filter((_, i) => {
    const [before, after] = [tokens[i - 1], tokens[i + 1]];
    const stands =
      !isWord(before) || before?.toLowerCase() === "option" || /^[.):]$/.test(after ?? "") || has(LINKS, before);
    return stands && isLabel(tokens, i);
  });
}
