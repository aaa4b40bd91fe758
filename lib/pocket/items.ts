import { createRandom, type Random } from "../random";
import { caption } from "./caption";
import { drawActions, layOptions, letters, optionLine } from "./options";
import { type Drawing, drawPicture } from "./picture";
import { rationales, rightAction } from "./rules";
import { drawScenes, type Scene, sceneKey } from "./scene";
import { seedScenes } from "./seeds";

/** A benchmark item in VIVA's own file format (see benchmark/), as far as the pocket world has its fields. */
export interface VivaRow {
  index: number;
  image_file: string;
  image_url: string;
  action_list: string[];
  answer: string;
  action_answer: string;
  category: string;
  situation_description: string;
  reason: string;
  non_interven_action: string;
  values: { positive: string[]; negative: string[] };
}

/** A drawn item: its scene, its picture, and its row in the benchmark file. */
export interface DrawnItem {
  scene: Scene;
  picture: Drawing;
  row: VivaRow;
}

/** A set of items: those of the benchmark, or those on which recipes are chosen. */
export type ItemSet = "test" | "validation";

/** As many items as VIVA has. */
export const TEST_ITEMS = 1240;

/**
 * Draws the items of a set. All scenes differ, also from those of the seed questions, and gold letters are balanced. A
 * validation scene is never a test scene, and the training text of the base models contains neither.
 */
export function drawItems(set: ItemSet, count: number, seed: number): DrawnItem[] {
  const scenes = set === "test" ? testScenes(count, seed) : validationScenes(count, seed);
  const random = createRandom("pocket", set, seed, "items");
  const gold = random.shuffle(Array.from({ length: count }, (_, i) => letters[i % letters.length]!));
  return scenes.map((scene, i) => drawItem(scene, i + 1, gold[i]!, random));
}

/** The first `count` test scenes. */
export function testScenes(count: number, seed: number): Scene[] {
  return drawScenes(count, createRandom("pocket", "test", seed), new Set(seedScenes()));
}

function validationScenes(count: number, seed: number): Scene[] {
  const taken = new Set([...seedScenes(), ...testScenes(TEST_ITEMS, seed).map(sceneKey)]);
  return drawScenes(count, createRandom("pocket", "validation", seed), taken);
}

function drawItem(scene: Scene, index: number, gold: string, random: Random): DrawnItem {
  const options = layOptions(drawActions(scene, random), gold, scene, random);
  const none = options.find((o) => o.text === "Take no action.");
  const row: VivaRow = {
    index,
    image_file: `${index}.png`,
    image_url: "",
    action_list: options.map(optionLine),
    answer: gold,
    action_answer: `Selected Action: ${gold}`,
    category: `[${scene.problem.category}]`,
    situation_description: caption(scene),
    reason: rationales[rightAction(scene).kind],
    non_interven_action: none?.letter ?? "",
    values: { positive: [], negative: [] },
  };
  return { scene, picture: drawPicture(scene, random), row };
}
