import type { Option } from "../benchmark/index";
import { type Fact, places, problems, professionals, things, victims } from "./facts";
import { actionText, rightAction } from "./rules";
import type { Scene } from "./scene";

/** Alternatives of a pattern, longer ones first. */
const anyOf = (phrases: readonly string[]) => [...phrases].sort((a, b) => b.length - a.length).join("|");
const phrasesOf = (facts: readonly Fact[]) => facts.map(({ phrase }) => phrase);

const WORDINGS = problems.flatMap((problem) => [problem.phrase, problem.otherPhrase]);
const THING = `A (?<first>${anyOf(phrasesOf(things))})(?: and a (?<second>${anyOf(phrasesOf(things))}))?`;
/** The plain wording of a caption, which generated samples have, too. */
const CAPTION = new RegExp(
  `^A (?<victim>${anyOf(phrasesOf(victims))})(?<problem>${anyOf(WORDINGS)})(?<place>${anyOf(phrasesOf(places))})\\.` +
    `(?: ${THING} (?:is|are) at hand\\.)?(?: A (?<professional>${anyOf(phrasesOf(professionals))}) is near\\.)?$`,
);

/** Reads the scene that a caption in the plain wording describes; undefined if it is no such caption. */
export function readScene(text: string): Scene | undefined {
  const found = CAPTION.exec(text)?.groups;
  if (!found) return undefined;
  const { victim, problem, place, first, second, professional } = found;
  return {
    victim: victim!,
    problem: problems.find(({ phrase, otherPhrase }) => phrase === problem || otherPhrase === problem)!,
    place: place!,
    things: [first, second].filter((thing) => thing !== undefined),
    professional,
  };
}

/**
 * The letter of the option that is right by the rules of the pocket world.
 *
 * @returns null if no option is right; undefined if the situation cannot be read
 */
export function rightLetter(situation: string, options: readonly Option[]): string | null | undefined {
  const scene = readScene(situation);
  if (!scene) return undefined;
  const right = actionText(rightAction(scene), scene);
  return options.find(({ text }) => text === right)?.letter ?? null;
}
