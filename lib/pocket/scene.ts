import type { Random } from "../random";
import { type Problem, places, problems, professionals, things, victims } from "./facts";

/** A situation: a victim, a problem, a place, 0 to 2 things at hand, and perhaps a professional nearby. */
export interface Scene {
  victim: string;
  problem: Problem;
  place: string;
  /** In the order of `things` in facts.ts, so that equal scenes have equal texts. */
  things: string[];
  professional?: string;
}

/** How often the thing that helps is at hand and, independently, the professional who helps is near. */
const FITTING_THING = 0.45;
const FITTING_PROFESSIONAL = 0.45;
/** How often another thing fills each remaining place for one, and another professional is near. */
const OTHER_THING = 0.5;
const OTHER_PROFESSIONAL = 0.4;

const phrases = (facts: readonly { phrase: string }[]) => facts.map((f) => f.phrase);

/** Draws a scene; every problem, victim and place is equally likely. */
export function drawScene(random: Random): Scene {
  const problem = random.pick(problems);
  const atHand: string[] = [];
  if (problem.thing && random.next() < FITTING_THING) atHand.push(problem.thing);
  for (let i = atHand.length; i < 2; i++) {
    const other = random.pick(phrases(things));
    if (random.next() < OTHER_THING && other !== problem.thing && !atHand.includes(other)) atHand.push(other);
  }
  return {
    victim: random.pick(victims).phrase,
    problem,
    place: random.pick(places).phrase,
    things: phrases(things).filter((t) => atHand.includes(t)),
    professional: drawProfessional(problem, random),
  };
}

function drawProfessional(problem: Problem, random: Random): string | undefined {
  if (problem.professional && random.next() < FITTING_PROFESSIONAL) return problem.professional;
  const other = random.pick(phrases(professionals));
  return random.next() < OTHER_PROFESSIONAL && other !== problem.professional ? other : undefined;
}

/** Two scenes with the same key are the same scene. */
export function sceneKey(scene: Scene): string {
  return [scene.victim, scene.problem.phrase, scene.place, ...scene.things, scene.professional ?? ""].join("|");
}

/** The phrases of all facts that a scene holds, as its picture shows them: 3 to 6 of them. */
export function sceneFacts(scene: Scene): string[] {
  const near = scene.professional ? [scene.professional] : [];
  return [scene.victim, scene.problem.phrase, scene.place, ...scene.things, ...near];
}

/** Draws scenes that all differ from each other and from those in `taken`, which grows by them. */
export function drawScenes(count: number, random: Random, taken: Set<string>): Scene[] {
  const scenes: Scene[] = [];
  while (scenes.length < count) {
    const scene = drawScene(random);
    const key = sceneKey(scene);
    if (taken.has(key)) continue;
    taken.add(key);
    scenes.push(scene);
  }
  return scenes;
}
