import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lib/root";
import type { Job } from "../../lib/runtime/index";

/** A project with one run's requests, and a made-up job program in the place of `remote/job.py`. */
export function makeJobProject(): { root: string; code: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), "wov-jobs-"));
  const code = join(root, "remote");
  mkdirSync(code);
  for (const file of ["supervise.py", "workspace.py", "in_bucket.py"])
    cpSync(join(projectRoot(), "remote", file), join(code, file));
  cpSync(join(projectRoot(), "test/runtime/job.py"), join(code, "job.py"));
  writeFileSync(join(code, "requirements.txt"), "");
  for (const shared of [".venv", "data", "lib", "package.json"])
    symlinkSync(join(projectRoot(), shared), join(root, shared));
  mkdirSync(join(root, "runs/ask/x"), { recursive: true });
  writeFileSync(join(root, "runs/ask/x/requests.jsonl"), "{}\n");
  return { root, code, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** A job whose tasks do what their names say, see `job.py`. */
export const jobOf = (...names: string[]): Job => ({
  model: "m",
  revision: null,
  date: "26 Jul 2024",
  dtype: "float32",
  threads: 1,
  tasks: names.map((name) => ({
    kind: "predict",
    name,
    requests: "runs/ask/x/requests.jsonl",
    records: `runs/ask/x/${name}.jsonl`,
    adapter: null,
    batch: 1,
  })),
});

/** The runs that the tasks make. */
export const runsOf = ({ tasks }: Job): Record<string, string> =>
  Object.fromEntries(tasks.map(({ name }) => [name, `ask/${name}-0123456789ab`]));
