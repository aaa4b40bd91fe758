import { existsSync, readFileSync } from "node:fs";
import { writeJson } from "../store/index";
import type { Failure } from "./failure";
import type { Request } from "./request";

/** Fields that some models refuse, and the field that takes their place; null: the field is left out. */
const REPLACEMENTS: Record<string, string | null> = {
  max_tokens: "max_completion_tokens",
  temperature: null,
  seed: null,
  repetition_penalty: null,
};
/** What endpoints say of a field that they do not take, or only with its default. */
const REFUSAL =
  /unsupported|not supported|does not support|unknown|unrecogni[sz]ed|unexpected|extra.?(?:inputs|fields|forbidden)|not (?:permitted|allowed|available)|cannot find field|use '?max_completion_tokens/i;

/** What was learned of the fields that a model refuses. */
export type Learned = Record<string, string | null>;

/**
 * Learns from refusals which fields of requests a model does not take, and leaves them out or renames them from then
 * on. It is kept in a file, so that the manifest can name it also if another process has learned it.
 *
 * @param onNotice gets all that is learned, as a sentence for the user, each time that something is
 */
export function createAdaptation(file?: string, onNotice?: (message: string) => void) {
  const learned: Learned = file ? readLearned(file) : {};

  function apply(body: Request["body"]): Request["body"] {
    const entries = Object.entries(body).map(([field, value]) => [field in learned ? learned[field] : field, value]);
    return Object.fromEntries(entries.filter(([field]) => field !== null)) as unknown as Request["body"];
  }

  /** The field for which a request was refused, which may be sent again without it; undefined if it is another reason. */
  function learn({ refused, param, message }: Failure, sent: Request["body"]): string | undefined {
    if (!refused || !REFUSAL.test(message)) return undefined;
    const field = Object.keys(REPLACEMENTS).find(
      (name) => name in sent && (param === undefined ? new RegExp(`\\b${name}\\b`).test(message) : param === name),
    );
    if (field && !(field in learned)) {
      learned[field] = REPLACEMENTS[field]!;
      if (file) writeJson(file, learned);
      onNotice?.(describe(learned));
    }
    return field;
  }

  return { apply, learn, learned };
}
export type Adaptation = ReturnType<typeof createAdaptation>;

export const readLearned = (file: string): Learned =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Learned) : {};

const describe = (learned: Learned): string => {
  const changes = Object.entries(learned).map(([field, other]) =>
    other ? `${field} is sent as ${other}` : `${field} is left out`,
  );
  return `the model refuses fields of the request: ${changes.join(", ")}${
    "temperature" in learned ? ". Its replies are sampled, and another run may differ" : ""
  }`;
};
