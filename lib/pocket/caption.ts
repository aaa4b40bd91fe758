import type { Random } from "../random";
import { places } from "./facts";
import type { Scene } from "./scene";

/** The plain wording, with one sentence per group of facts. The benchmark's situations and generated samples use it. */
export function caption(scene: Scene): string {
  const [first, second] = scene.things;
  const sentences = [`A ${scene.victim}${scene.problem.phrase}${scene.place}.`];
  if (second) sentences.push(`A ${first} and a ${second} are at hand.`);
  else if (first) sentences.push(`A ${first} is at hand.`);
  if (scene.professional) sentences.push(`A ${scene.professional} is near.`);
  return sentences.join(" ");
}

/** "At the beach, a " for " at the beach". */
export const opening = (place: string) => `${place[1]!.toUpperCase()}${place.slice(2)}, a `;
export const openings: readonly string[] = places.map((p) => opening(p.phrase));

/** One of several wordings of the same facts, for training text only. */
export function variedCaption(scene: Scene, random: Random): string {
  const problem = random.next() < 0.3 ? scene.problem.otherPhrase : scene.problem.phrase;
  const who =
    random.next() < 0.3
      ? `${opening(scene.place)}${scene.victim}${problem}.`
      : `A ${scene.victim}${problem}${scene.place}.`;
  const [first, second] = random.shuffle(scene.things);
  const there = random.next() < 0.3;
  const things = !first
    ? []
    : second
      ? [there ? `There are a ${first} and a ${second}.` : `A ${first} and a ${second} are at hand.`]
      : [there ? `There is a ${first}.` : `A ${first} is at hand.`];
  const stands = random.next() < 0.3 ? "stands close by" : "is near";
  const near = scene.professional ? [`A ${scene.professional} ${stands}.`] : [];
  const after = random.next() < 0.3 ? [...near, ...things] : [...things, ...near];
  return [who, ...after].join(" ");
}
