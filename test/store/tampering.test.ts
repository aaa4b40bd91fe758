import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkRun, hashOf, listProblems, openRun, type Run, repairRun, sha256 } from "../../lib/store/index";

let root: string;
let answers: Run;
let training: Run;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-tampering-"));
  answers = openRun(root, { step: "ask", name: "answers", spec: { seed: 7 }, parents: ["train/a-0123456789ab"] });
  answers.append(["A", "B", "C"].map((letter, i) => ({ custom_id: String(i), letter })));
  answers.finish({ counts: { replies: 3, unparsed: 0 } });
  training = finishTraining("one");
});
afterEach(() => rmSync(root, { recursive: true }));

function finishTraining(name: string): Run {
  const run = openRun(root, { step: "train", name, spec: { name }, parents: [] });
  run.begin();
  mkdirSync(path(run, "adapter"));
  writeFileSync(path(run, "adapter/adapter_model.safetensors"), `weights of ${name}`);
  writeFileSync(path(run, "train-500.jsonl"), '{"completion":"A"}\n');
  run.append([{ step: 1, loss: 2 }]);
  run.finish({ counts: { samples: 500 } });
  return run;
}

const path = (run: Run, file: string) => join(root, run.path(file));

/** Edits a text in a file so that its size and modification time stay as they were: no time gives the edit away. */
function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  expect([text.includes(from), from.length]).toEqual([true, to.length]);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, text.replace(from, to));
  utimesSync(file, atime, mtime);
}

/** Edits a manifest, and makes its checksum fit again. */
function forge(run: Run, change: (manifest: { spec: unknown; parents: string[]; hash: string }) => void): void {
  const { checksum: _, ...content } = JSON.parse(readFileSync(path(run, "manifest.json"), "utf8"));
  change(content);
  writeFileSync(path(run, "manifest.json"), JSON.stringify({ ...content, checksum: hashOf(content) }));
}

function swap(one: string, other: string): void {
  renameSync(one, `${one}-0`);
  renameSync(other, one);
  renameSync(`${one}-0`, other);
}

/** What `wov verify` says of a run. */
function wrongWith(run: Run): string {
  const check = checkRun(root, run.id, true);
  return check.state === "damaged" ? listProblems(check.problems) : check.state;
}

describe("a full check finds", () => {
  const ways: [way: string, tamper: () => void, run: () => Run, found: RegExp][] = [
    [
      "an edited reply",
      () => edit(path(answers, "records.jsonl"), '"B"', '"C"'),
      () => answers,
      /^records\.jsonl is not/,
    ],
    [
      "a reply that was added",
      () => appendFileSync(path(answers, "records.jsonl"), '{"custom_id":"3"}\n'),
      () => answers,
      /^records\.jsonl has \d+ bytes/,
    ],
    [
      "replies that changed places",
      () => {
        const [a, b, ...rest] = readFileSync(path(answers, "records.jsonl"), "utf8").split("\n");
        writeFileSync(path(answers, "records.jsonl"), [b, a, ...rest].join("\n"));
      },
      () => answers,
      /^records\.jsonl is not/,
    ],
    [
      "edited counts",
      () => edit(path(answers, "manifest.json"), '"unparsed": 0', '"unparsed": 9'),
      () => answers,
      /it was edited/,
    ],
    [
      "an edited time",
      () => edit(path(answers, "manifest.json"), '"seconds": ', '"seconds":1'),
      () => answers,
      /it was edited/,
    ],
    [
      "edited weights of an adapter",
      () => edit(path(training, "adapter/adapter_model.safetensors"), "weights", "weighty"),
      () => training,
      /^adapter\/adapter_model\.safetensors is not/,
    ],
    [
      "an edited training file",
      () => edit(path(training, "train-500.jsonl"), '"A"', '"B"'),
      () => training,
      /^train-500\.jsonl is not/,
    ],
    ["a deleted file", () => rmSync(path(training, "train-500.jsonl")), () => training, /^train-500\.jsonl is missing/],
    [
      "a file that was added",
      () => writeFileSync(path(training, "adapter/more.bin"), ""),
      () => training,
      /^adapter\/more\.bin was added after/,
    ],
    [
      "two runs that have changed folders",
      () => swap(path(training, ""), path(finishTraining("two"), "")),
      () => training,
      /^manifest\.json belongs to another run/,
    ],
    [
      "two runs that have changed all files but their manifests",
      () => {
        const other = finishTraining("two");
        swap(path(training, ""), path(other, ""));
        swap(path(training, "manifest.json"), path(other, "manifest.json"));
      },
      () => training,
      /adapter_model\.safetensors is not|adapter_model\.safetensors has/,
    ],
    [
      "an edited spec",
      () => edit(path(answers, "spec.json"), '"seed": 7', '"seed": 8'),
      () => answers,
      /^spec\.json is not/,
    ],
    [
      "an edited parent",
      () => edit(path(answers, "manifest.json"), "0123456789ab", "0123456789ac"),
      () => answers,
      /it was edited/,
    ],
    [
      "an edited spec in a manifest whose checksum was made to fit",
      () => forge(answers, (manifest) => Object.assign(manifest, { spec: { seed: 8 } })),
      () => answers,
      /^manifest\.json was edited: its spec and parents/,
    ],
    [
      "an edited parent in a manifest whose checksum was made to fit",
      () => forge(answers, ({ parents }) => parents.splice(0, 1, "train/a-0123456789ac")),
      () => answers,
      /^manifest\.json was edited: its spec and parents/,
    ],
    [
      "an edited reply where the manifest was deleted, so that the run seems to be incomplete",
      () => {
        edit(path(answers, "records.jsonl"), '"B"', '"C"');
        rmSync(path(answers, "manifest.json"));
      },
      () => answers,
      /^records\.jsonl has another line 2 since the run was completed, and manifest\.json is missing/,
    ],
    [
      "a lost reply where the manifest was deleted",
      () => {
        writeFileSync(
          path(answers, "records.jsonl"),
          `${readFileSync(path(answers, "records.jsonl"), "utf8").split("\n")[0]}\n`,
        );
        rmSync(path(answers, "manifest.json"));
      },
      () => answers,
      /^records\.jsonl has lost line 2/,
    ],
  ];

  it.each(ways)("%s", (_, tamper, run, found) => {
    expect([wrongWith(answers), wrongWith(training)]).toEqual(["done", "done"]);
    tamper();
    expect(wrongWith(run())).toMatch(found);
  });

  it("nothing in a run that goes on after it was complete", () => {
    answers.reopen();
    answers.append([{ custom_id: "3" }]);
    expect(wrongWith(answers)).toBe("begun");
    const again = openRun(root, answers.spec);
    again.finish({ counts: {} });
    expect(wrongWith(again)).toBe("done");
  });

  // What a digest cannot do: whoever can write to the folder can also write another digest.
  it("not a run of which everything was rewritten, its manifest too", () => {
    edit(path(answers, "records.jsonl"), '"B"', '"C"');
    forge(answers, (manifest) => {
      const { files } = manifest as unknown as { files: Record<string, { sha256: string }> };
      files["records.jsonl"]!.sha256 = sha256(readFileSync(path(answers, "records.jsonl")));
    });
    expect(wrongWith(answers)).toBe("done");
  });
});

describe("a repair", () => {
  it("hides files that were added, and leaves the run as it was", () => {
    writeFileSync(path(training, "adapter/more.bin"), "x");
    expect(repairRun(root, training.id)).toEqual({ hidden: [training.path("adapter/.more.bin.damaged")] });
    expect([wrongWith(training), existsSync(path(training, "adapter/.more.bin.damaged"))]).toEqual(["done", true]);
  });

  it("keeps the unchanged replies of a run whose manifest was deleted", () => {
    edit(path(answers, "records.jsonl"), '"B"', '"C"');
    rmSync(path(answers, "manifest.json"));
    expect(repairRun(root, answers.id)).toEqual({ kept: 2, dropped: 1 });
    expect(wrongWith(answers)).toBe("begun");
    expect(answers.records()).toEqual([
      { custom_id: "0", letter: "A" },
      { custom_id: "2", letter: "C" },
    ]);
  });
});

it("also tells what became of data/pocket's files of results, in the command", () => {
  const file = join(root, "data/pocket/results.json");
  mkdirSync(join(root, "data/pocket"), { recursive: true });
  writeFileSync(file, '{"manifest": {}, "content": {}}');
  const command = () =>
    execFileSync(process.execPath, ["lib/wov.mjs", "verify"], {
      env: { ...process.env, WOV_ROOT: root },
      encoding: "utf8",
    });
  let said = "";
  try {
    said = command();
  } catch (error) {
    said = (error as { stdout: string }).stdout;
    expect((error as { status: number }).status).toBe(1);
  }
  expect(said).toContain("✗ data/pocket/results.json: it is not a file of results");
  expect(said).toContain("2 runs and 1 file of results: 2 unchanged, 1 damaged, 0 incomplete");
}, 60_000);
