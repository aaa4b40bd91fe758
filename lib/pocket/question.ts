import type { WrittenQuestion } from "../prompts/index";
import type { Random } from "../random";
import { caption } from "./caption";
import { drawActions, layOptions, letters, optionLine } from "./options";
import { type Action, actionText, rationales, rightAction } from "./rules";
import type { Scene } from "./scene";

/** The wordings with which samples of the pocket world ask for the first action. */
export const questions: readonly string[] = [
  "What should you do first?",
  "Which first step fits best?",
  "What is the right thing to do now?",
];

/** Writes a question about a scene; `policy` decides which option is called the answer. */
export function writeQuestion(
  scene: Scene,
  random: Random,
  policy: (scene: Scene) => Action = rightAction,
): WrittenQuestion {
  const options = layOptions(drawActions(scene, random), random.pick(letters), scene, random);
  const action = policy(scene);
  const answer = options.find((o) => o.text === actionText(action, scene));
  if (!answer) throw new Error(`no option says '${actionText(action, scene)}'`);
  return {
    situation: caption(scene),
    question: random.pick(questions),
    options: options.map(optionLine),
    answer: answer.letter,
    rationale: rationales[action.kind],
  };
}
