import type { Scene } from "./scene";

/** What one can do first. */
export type Action =
  | { kind: "use"; thing: string }
  | { kind: "alert"; professional: string }
  | { kind: "call" }
  | { kind: "speak" }
  | { kind: "nothing" };

/** The five rules, and why each holds, in the words that the written samples give as their rationale. */
export const rationales: Record<Action["kind"], string> = {
  use: "What is needed lies at hand.",
  alert: "The right person to help is near.",
  call: "The danger is great and nothing that fits is near.",
  speak: "It is no emergency and a kind word helps.",
  nothing: "Nothing is wrong here.",
};

/**
 * The fitting first action: use what fits and is at hand; else alert the professional who fits and is near;
 * else call for help where it is severe, speak where it is mild, and do nothing where nothing is wrong.
 */
export function rightAction(scene: Scene): Action {
  const { thing, professional, severity } = scene.problem;
  if (thing && scene.things.includes(thing)) return { kind: "use", thing };
  if (professional && scene.professional === professional) return { kind: "alert", professional };
  if (severity === "severe") return { kind: "call" };
  return severity === "mild" ? { kind: "speak" } : { kind: "nothing" };
}

/**
 * The problems on which the tiny language models are brought up to a crude policy: they call (severe) or
 * speak (mild) and leave unused what is at hand. It is the gap that better text can close; see WORLD.md.
 */
export const crudeProblems: readonly string[] = [" is bleeding badly", " has a broken bicycle"];

/** What the crude policy does in a scene. */
export function crudeAction(scene: Scene): Action {
  if (!crudeProblems.includes(scene.problem.phrase)) return rightAction(scene);
  return { kind: scene.problem.severity === "severe" ? "call" : "speak" };
}

/** An action in words, about whom it is. */
export function actionText(action: Action, scene: Scene): string {
  switch (action.kind) {
    case "use":
      return `Use the ${action.thing} to help the ${scene.victim}.`;
    case "alert":
      return `Alert the ${action.professional} right away.`;
    case "call":
      return "Call for help at once.";
    case "speak":
      return "Speak kindly and offer help.";
    case "nothing":
      return "Take no action.";
  }
}
