import { openings } from "../../lib/pocket/caption";
import { places, problems, professionals, things, victims } from "../../lib/pocket/facts";
import { letters } from "../../lib/pocket/options";
import { questions } from "../../lib/pocket/question";
import { rationales } from "../../lib/pocket/rules";
import { captionDecisionPrompt, captionPrompt, generationPrompt, pictureDecisionPrompt } from "../../lib/prompts/index";
import { askPrompts, NOBODY, NOTHING, WRITE_PROMPT } from "./tasks";

/**
 * The phrases that are one token each in the tiny models' tokenizers: facts, sentence frames, option frames, and the
 * fixed sentences of the paper's prompts, cut where something is filled in. So a question has only about 40 tokens, and
 * a laptop can train on thousands of them.
 */
export function tokenPhrases(): string[] {
  const facts = [victims, problems, places, things, professionals].flatMap((kind) => kind.map((f) => f.phrase));
  return [
    ...new Set([
      ...letters,
      ...facts,
      ...problems.map((p) => p.otherPhrase),
      ...openings,
      ...captionFrames,
      ...optionFrames(),
      ...listFrames,
      ...questions,
      ...Object.values(rationales),
      ...promptPieces(),
      ...askPrompts,
      WRITE_PROMPT,
      NOBODY,
      NOTHING,
    ]),
  ];
}

/**
 * The phrases of all icons that a picture can show, in eight kinds: people, problems, places, professionals, and four
 * groups of things, so that two things are usually of different kinds. Mllama has a slot for each kind.
 */
export function iconKinds(): string[][] {
  const names = [victims, problems, places, professionals].map((kind) => kind.map((fact) => fact.phrase));
  const groups = [0, 1, 2, 3].map((group) => things.filter((_, i) => i % 4 === group).map((thing) => thing.phrase));
  return [...names, ...groups];
}

/** A full stop and what may follow it are one token, so that the end of a sentence takes no token of its own. */
const captionFrames = [
  "A ",
  ". A ",
  " and a ",
  " are at hand",
  " is at hand",
  " is near",
  " stands close by",
  ". There is a ",
  ". There are a ",
  ".",
  ".\n",
];

const optionFrames = () => [
  ...things.map((t) => `. Use the ${t.phrase} to help the `),
  ...professionals.map((p) => `. Alert the ${p.phrase} right away`),
  ". Call for help at once",
  ". Speak kindly and offer help",
  ". Take no action",
];

const listFrames = [
  '[{"situation": "',
  '.", "question": "',
  '", "options": ["',
  '.", "',
  '."], "answer": "',
  '", "rationale": "',
  '"}, {"situation": "',
  '"}]',
];

/** The paper's prompts, filled with a mark and cut at it. */
function promptPieces(): string[] {
  const mark = "\u0000";
  const [option] = [{ letter: mark, text: mark }];
  const fixed = "select the most appropriate course of initial action to take:";
  const filled = [
    captionDecisionPrompt(mark, [option!]),
    pictureDecisionPrompt([option!]),
    captionPrompt(),
    generationPrompt(mark),
  ];
  const pieces = filled.flatMap((prompt) => prompt.split(mark)).flatMap((piece) => cut(piece, fixed));
  // An option's or a caption's last full stop belongs to the prompt's next piece.
  return pieces
    .filter((p) => p !== ". " && p !== "")
    .map((p) => (p.startsWith("\n\n#[Action") || p.startsWith("\n\nJust") ? `.${p}` : p));
}

const cut = (piece: string, at: string) =>
  piece.includes(at) ? [piece.slice(0, piece.indexOf(at)), at, piece.slice(piece.indexOf(at) + at.length)] : [piece];
