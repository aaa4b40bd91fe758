import type { WrittenQuestion } from "../prompts/index";
import { createRandom } from "../random";
import { problems } from "./facts";
import { writeQuestion } from "./question";
import { drawScene, type Scene, sceneKey } from "./scene";

/** Ten scenes, one for each problem that asks for an action, always the same. */
function drawSeedScenes(): Scene[] {
  const random = createRandom("pocket", "seeds");
  return problems
    .filter((problem) => problem.severity !== "none")
    .map((problem) => {
      for (;;) {
        const scene = drawScene(random);
        if (scene.problem === problem) return scene;
      }
    });
}

/** The ten seed questions of the pocket world. Their answers follow its rules, and no item shows their scenes. */
export function seedQuestions(): WrittenQuestion[] {
  const random = createRandom("pocket", "seed questions");
  return drawSeedScenes().map((scene) => writeQuestion(scene, random));
}

/** Keys of the seed questions' scenes. */
export const seedScenes = (): string[] => drawSeedScenes().map(sceneKey);
