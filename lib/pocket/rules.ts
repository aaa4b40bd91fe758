import type { Scene } from "./scene";

/** A possible first action. */
export type Action =
  | { kind: "use"; thing: string }
  | { kind: "alert"; professional: string }
  | { kind: "call" }
  | { kind: "speak" }
  | { kind: "nothing" };

/** The reason for each rule, which samples give as their rationale. */
export const rationales: Record<Action["kind"], string> = {
  use: "What is needed lies at hand.",
  alert: "The right person to help is near.",
  call: "The danger is great and nothing that fits is near.",
  speak: "It is no emergency and a kind word helps.",
  nothing: "Nothing is wrong here.",
};

/**
 * The right first action. Use the thing that helps, if it is at hand; otherwise alert the professional who helps, if
 * near; otherwise call for help if the problem is severe, speak if it is mild, and do nothing if there is no problem.
 */
export function rightAction(scene: Scene): Action {
  const { thing, professional, severity } = scene.problem;
  if (thing && scene.things.includes(thing)) return { kind: "use", thing };
  if (professional && scene.professional === professional) return { kind: "alert", professional };
  if (severity === "severe") return { kind: "call" };
  return severity === "mild" ? { kind: "speak" } : { kind: "nothing" };
}

/**
 * The problems for which the tiny language models are trained on a crude policy: call (severe) or speak (mild),
 * whatever is at hand. Better text can close this gap; see WORLD.md.
 */
export const crudeProblems: readonly string[] = [" is bleeding badly", " has a broken bicycle"];

/** The action of the crude policy in a scene. */
export function crudeAction(scene: Scene): Action {
  if (!crudeProblems.includes(scene.problem.phrase)) return rightAction(scene);
  return { kind: scene.problem.severity === "severe" ? "call" : "speak" };
}

/** The text of an action in a scene. */
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
