import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { startRay } from "../runtime/ray";
import { outputsOf, readNotebook } from "../whole/notebook";
import { start } from "../whole/project";
import { expectTheSame, makeLocalStudy, makeStudy, need } from "./remote-study";

let here: string;
beforeAll(async () => {
  here = await makeLocalStudy();
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

describe("a study on Ray", () => {
  it("gives the same tables, and notebook 3 follows its trainings", async (context) => {
    const ray = need(await startRay(), context);
    const root = makeStudy({ kind: "ray", url: ray.url, folder: "elsewhere", gpus: 0 });
    const env = { RAY_AUTH_TOKEN: ray.token };
    try {
      await expectTheSame(here, root, env, /^ray http/);
      await expectNotebookToTrain(root, env);
    } finally {
      await ray.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });
});

/** Removes a training, and has notebook 3 do it again. */
async function expectNotebookToTrain(root: string, env: Record<string, string>): Promise<void> {
  const [training] = readdirSync(join(root, "runs/train")).filter((name) => name.includes("-teacher-128-"));
  rmSync(join(root, "runs/train", training!), { recursive: true });
  rmSync(join(root, "elsewhere/jobs"), { recursive: true });
  mkdirSync(join(root, "notebooks"));
  writeFileSync(
    join(root, "notebooks/3-text-only-training.ipynb"),
    readFileSync(join(projectRoot(), "notebooks/3-text-only-training.ipynb")),
  );
  const args = ["notebooks", "3-text-only-training", "--to", join(root, "executed")];
  const { code, stderr } = await start(root, args, { ...env, WOV_PROFILE: "small.yaml" }).ended;
  expect(code, stderr).toBe(0);
  const shown = JSON.stringify(outputsOf(readNotebook(join(root, "executed/3-text-only-training.ipynb"))));
  expect(shown).toMatch(/ray http:.*steps are done\./s);
  expect(shown).toContain("Training loss of the trainings that ran just now");
  expect(shown).not.toContain(env.RAY_AUTH_TOKEN);
}
