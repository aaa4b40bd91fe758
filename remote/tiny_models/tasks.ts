import { type Scene, sceneFacts } from "../../lib/pocket/scene";
import type { Random } from "../../lib/random";

/** What an empty note, and an empty cell, is called. */
export const NOTHING = "nothing";
export const NOBODY = "nobody";

/** Asks for one new question, with no examples: how the tiny models learn to write before they read examples. */
export const WRITE_PROMPT = "Write one new question as a JSON list:";

/** The questions about a scene that train eyes: what the prompt asks, and how to answer from the scene. */
const asks: readonly [string, (scene: Scene) => string][] = [
  ["Who needs attention in this picture?", (s) => s.victim],
  ["What goes on in this picture?", (s) => s.problem.phrase],
  ["Where is this picture taken?", (s) => s.place],
  ["What is at hand in this picture?", (s) => s.things.join(" and a ") || NOTHING],
  ["Who stands near in this picture?", (s) => s.professional ?? NOBODY],
];

export const askPrompts: readonly string[] = asks.map(([prompt]) => prompt);

/** One of the five questions about a scene, with its answer. */
export function drawAsk(scene: Scene, random: Random): { prompt: string; completion: string } {
  const [prompt, answer] = random.pick(asks);
  return { prompt, completion: answer(scene) };
}

/** The facts of a scene as unordered notes: what stands where a picture will stand later. */
export const drawNotes = (scene: Scene, random: Random): string[] => random.shuffle(sceneFacts(scene));
