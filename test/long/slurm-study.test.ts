import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { startSlurm } from "../runtime/slurm";
import { startSshd } from "../runtime/sshd";
import { expectTheSame, makeLocalStudy, makeStudy, need } from "./remote-study";

let here: string;
beforeAll(async () => {
  here = await makeLocalStudy();
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

describe("a study on Slurm over ssh", () => {
  it("gives the same tables", async (context) => {
    const slurm = need(await startSlurm(), context);
    const sshd = need(await startSshd({ environment: slurm.environment }), context);
    const root = makeStudy({
      ...{ kind: "slurm", host: sshd.host, gpu: "none", time: "0:30:00" },
      python: join(projectRoot(), ".venv/bin/python"),
    });
    const yaml = join(root, "small.yaml");
    writeFileSync(yaml, readFileSync(yaml, "utf8").replace("gpu: none", `gpu: none\n  folder: ${root}/elsewhere`));
    try {
      await expectTheSame(here, root, withSsh(root, sshd.options), /^slurm gpu1/);
    } finally {
      await sshd.stop();
      await slurm.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });
});

/** An environment whose `ssh` reads the server's configuration, as the user's own would be read. */
function withSsh(root: string, options: readonly string[]): Record<string, string> {
  const folder = join(root, "bin");
  mkdirSync(folder);
  const program = join(folder, "ssh");
  writeFileSync(program, `#!/bin/sh\nPATH="${process.env.PATH}" exec ssh ${options.join(" ")} "$@"\n`);
  chmodSync(program, 0o755);
  return { PATH: `${folder}${delimiter}${process.env.PATH}` };
}
