import type { Option } from "../benchmark/index";
import type { Random } from "../random";
import { professionals, things } from "./facts";
import { type Action, actionText, rightAction } from "./rules";
import type { Scene } from "./scene";

export const letters = ["A", "B", "C", "D", "E"] as const;

/** Five actions, the right one first. Calling and speaking are always among them; the others are drawn. */
export function drawActions(scene: Scene, random: Random): Action[] {
  const right = rightAction(scene);
  const chosen: Action[] = [right];
  const add = (action: Action) => {
    if (chosen.length < 5 && !chosen.some((a) => actionText(a, scene) === actionText(action, scene)))
      chosen.push(action);
  };
  add({ kind: "call" });
  add({ kind: "speak" });
  for (const action of random.shuffle(temptations(scene, random))) add(action);
  while (chosen.length < 5) add({ kind: "use", thing: random.pick(things).phrase });
  return chosen;
}

/**
 * Wrong actions: with what is near but does not fit, and with what would fit but is not there (or comes second). Only
 * one action follows from the rules, so none of these is right as well.
 */
function temptations(scene: Scene, random: Random): Action[] {
  const use = (thing: string): Action => ({ kind: "use", thing });
  const alert = (professional: string): Action => ({ kind: "alert", professional });
  const { thing, professional } = scene.problem;
  const others = professionals.map((p) => p.phrase).filter((p) => p !== professional);
  return [
    ...scene.things.map(use),
    ...(thing ? [use(thing)] : []),
    ...(professional ? [alert(professional)] : []),
    ...(scene.professional ? [alert(scene.professional)] : [alert(random.pick(others))]),
    { kind: "nothing" },
  ];
}

/** Gives each action a letter; `actions[0]` gets `gold`. */
export function layOptions(actions: Action[], gold: string, scene: Scene, random: Random): Option[] {
  const rest = random.shuffle(actions.slice(1));
  return letters.map((letter) => {
    const action = letter === gold ? actions[0]! : rest.pop()!;
    return { letter, text: actionText(action, scene) };
  });
}

/** An option as the benchmark and the prompts write it: "A. Call for help at once." */
export const optionLine = (option: Option) => `${option.letter}. ${option.text}`;
