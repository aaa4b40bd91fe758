import { type Scene, sceneFacts } from "../../lib/pocket/scene";
import type { Random } from "../../lib/random";

/** The phrase for an empty note or cell, and the answer if no professional is near. */
export const NOTHING = "nothing";
export const NOBODY = "nobody";

/** Asks for new questions without examples, so that the tiny models also learn to write from a short prompt. */
export const WRITE_PROMPT = "Write one new question as a JSON list:";

/** Questions about a scene, each with its answer, on which vision-language models are tuned. */
const sceneQuestions: readonly [string, (scene: Scene) => string][] = [
  ["Who needs attention in this picture?", (s) => s.victim],
  ["What goes on in this picture?", (s) => s.problem.phrase],
  ["Where is this picture taken?", (s) => s.place],
  ["What is at hand in this picture?", (s) => s.things.join(" and a ") || NOTHING],
  ["Who stands near in this picture?", (s) => s.professional ?? NOBODY],
];

export const askPrompts: readonly string[] = sceneQuestions.map(([prompt]) => prompt);

/** One of the five questions about a scene, with its answer. */
export function drawAsk(scene: Scene, random: Random): { prompt: string; completion: string } {
  const [prompt, answer] = random.pick(sceneQuestions);
  return { prompt, completion: answer(scene) };
}

/** The facts of a scene as unordered notes, at the position where a picture will be later. */
export const drawNotes = (scene: Scene, random: Random): string[] => random.shuffle(sceneFacts(scene));
