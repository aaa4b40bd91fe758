import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Item } from "../../lib/benchmark/index";
import type { TrainTask } from "../../lib/runtime/index";
import type { AskStep } from "../../lib/study/ask-step";
import { cellKey, openStudy, pictureCell, runStep } from "../../lib/study/index";
import { storedInputs } from "../../lib/study/inputs";
import { asShown, ownLetter, placeOf } from "../../lib/study/rotation";
import type { JobWork } from "../../lib/study/step";
import { SMALL } from "../whole/project";
import { alone, drawBenchmark, finishByHand, makeScratch } from "./scratch";

const root = makeScratch();
afterAll(() => rmSync(root, { recursive: true }));

const ALL = "variants: [option-rotation, no-picture, shuffled-picture, gold-situation]\n";
const METHODS = "methods: { one-epoch: { label: 1 epoch, epochs: 1 }, slow: { label: slow, learning_rate: 2.0e-4 } }\n";

/** The study of a small profile with more keys. */
function open(more = "", from = SMALL) {
  const file = join(root, "own.yaml");
  writeFileSync(file, from.replace("items: 48", "items: 6") + more);
  return openStudy(file, root);
}
const cellsOf = (study: ReturnType<typeof open>) => study.layout.cells.map(({ cell }) => cellKey(cell));

describe("an item in another order", () => {
  const item: Item = {
    index: 3,
    image: "3.png",
    category: "",
    situation: "",
    gold: "D",
    // VIVA's letters do not always begin with A.
    options: ["B", "C", "D", "E"].map((letter) => ({ letter, text: `do ${letter}` })),
  };

  it("has its first options at the end, under the letters of their new places", () => {
    const [shown] = asShown([item], "rotation-1");
    expect(shown!.options).toEqual([
      { letter: "B", text: "do C" },
      { letter: "C", text: "do D" },
      { letter: "D", text: "do E" },
      { letter: "E", text: "do B" },
    ]);
    expect(shown!.gold).toBe("C");
  });

  it.each([0, 1, 2, 3] as const)("moved by %i: choices are read back as the item's own, each at its place", (by) => {
    const variant = by === 0 ? "plain" : (`rotation-${by}` as const);
    const [{ options, gold }] = asShown([item], variant) as [Item];
    for (const [place, { letter, text }] of options.entries()) {
      const own = item.options.find((option) => option.text === text)!.letter;
      expect(ownLetter(item, letter, variant)).toBe(own);
      expect(placeOf(item, own, variant)).toBe(place);
    }
    expect(ownLetter(item, gold, variant)).toBe("D");
    expect(ownLetter(item, null, variant)).toBeNull();
  });

  it("is left out where the order would be the first one again", () => {
    expect(asShown([item], "rotation-4")).toEqual([]);
    expect(placeOf(item, "A", "rotation-1")).toBe(-1);
  });
});

describe("the variants of a profile", () => {
  it("add cells and steps, and change none that were there", () => {
    const [before, after] = [open(), open(ALL + METHODS)];
    const ids = (study: typeof before) => study.layout.steps.map(({ run }) => run.id);
    expect(ids(before).filter((id) => !ids(after).includes(id))).toEqual([]);
    expect(cellsOf(before).filter((key) => !cellsOf(after).includes(key))).toEqual([]);
    expect(new Set(ids(after)).size).toBe(ids(after).length);
    expect(new Set(after.layout.steps.map(({ name }) => name)).size).toBe(ids(after).length);
    expect(before.plan(["variants"])).toEqual([]);
  });

  it("are asked before training, and after training on the teacher's text at the size of the controls", () => {
    const [before, after] = [cellsOf(open()), cellsOf(open(ALL))];
    const [llm, vlm] = [`["qwen2","caption"`, `["qwen2-vl","picture"`];
    const trained = `"teacher",32,7]`;
    const orders = [1, 2, 3, 4].map((by) => `rotation-${by}`);
    expect(after.filter((key) => !before.includes(key)).sort()).toEqual(
      [
        ...[...orders, "gold-situation"].map((variant) => `${llm},"${variant}"]`),
        ...[...orders, "gold-situation", "no-picture", "shuffled-picture"].map((variant) => `${vlm},"${variant}"]`),
        ...[...orders, "gold-situation", "no-picture"].map((variant) => `${vlm},"${variant}",${trained}`),
      ].sort(),
    );
    // The control is there without them: a model that was shown other items' pictures after training.
    expect(before).toContain(`${vlm},"shuffled-picture",${trained}`);
  });

  it("are asked with the first seed alone, and the control with all", () => {
    const seeds = SMALL.replace("loss: answer }", "loss: answer, seeds: [3, 4] }");
    const keys = cellsOf(open("variants: [no-picture]\n", seeds));
    expect(keys.filter((key) => key.includes("no-picture") && key.includes("teacher"))).toEqual([
      `["qwen2-vl","picture","no-picture","teacher",32,3]`,
    ]);
    expect(keys.filter((key) => key.includes("shuffled"))).toHaveLength(2);
  });

  it("are refused with their line if unknown or listed twice", () => {
    expect(() => open("variants: [upside-down]\n")).toThrow(/own\.yaml, line \d+, 'variants/);
    expect(() => open("variants: [no-picture, no-picture]\n")).toThrow("expected each variant once");
  });

  it("are part of the plan: each of their steps says how much it will ask", () => {
    const study = open(ALL + METHODS);
    const steps = study
      .plan(["variants"])
      .map(({ step }) => step)
      .filter(({ group }) => group === "variants");
    expect(steps).toHaveLength(5 + 7 + 6 + 2 * 2);
    const rotated = steps.find(
      ({ name }) => name === "qwen2-vl decides on pictures, options moved by 4, after training",
    )!;
    expect(rotated.needs.map(({ name }) => name)).toEqual([
      study.layout.benchmark.name,
      "qwen2-vl is trained on 32 from teacher",
    ]);
  });
});

describe("the requests of a variant", () => {
  const study = open(ALL);
  const stepOf = (name: string) => study.layout.steps.find((step) => step.name === name) as AskStep;
  const promptOf = (step: AskStep, at = 0) => {
    const { content } = step.requests()[at]!.body.messages[0]!;
    const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
    return { text, pictures: parts.length - parts.filter(({ type }) => type === "text").length };
  };
  const prepared = runStep(study.layout.benchmark, alone());

  it("without a picture have the same wording, and no picture", async () => {
    await prepared;
    const [plain, blind] = ["on", "without"].map((how) => promptOf(stepOf(`qwen2-vl decides ${how} pictures`)));
    expect(plain).toEqual({ text: blind!.text, pictures: 1 });
    expect(blind!.pictures).toBe(0);
    expect(blind!.text).toContain("Based on the image provided");
  });

  it("with options moved have them in that order, and the options of log-probabilities too", async () => {
    await prepared;
    const [item] = storedInputs(root).items(study.layout.benchmark);
    const moved = stepOf("qwen2-vl decides on pictures, options moved by 2");
    const texts = item!.options.map(({ text }) => text);
    const lines = [2, 3, 4, 0, 1].map((from, to) => `${"ABCDE"[to]}. ${texts[from]}`);
    expect(promptOf(moved).text).toContain(lines.join("\n"));
    expect(promptOf(moved).pictures).toBe(1);
  });

  it("about the benchmark's sentence have it as their situation, for VLMs as for language models", async () => {
    await prepared;
    const [item] = storedInputs(root).items(study.layout.benchmark);
    const prompts = ["qwen2", "qwen2-vl"].map((model) =>
      promptOf(stepOf(`${model} decides on the benchmark's own sentences`)),
    );
    for (const { text, pictures } of prompts) {
      expect(text).toContain(`#[Situation]: ${item!.situation}`);
      expect(pictures).toBe(0);
    }
  });
});

it("a reply to options in another order is read in that order, and counts as the item's own letter", async () => {
  const study = open("variants: [option-rotation]\n");
  await runStep(study.layout.benchmark, alone());
  const cell = { ...pictureCell("qwen2-vl"), variant: "rotation-1" as const };
  const { step } = study.layout.cells.find((one) => cellKey(one.cell) === cellKey(cell))!;
  const items = study.results().items;
  // "B" in each reply: the third option of the item's own order, since one was moved.
  finishByHand(step, () =>
    step.run.append(
      items.map(({ index }) => ({
        custom_id: String(index),
        response: { status_code: 200, body: { choices: [{ message: { content: "B" } }] } },
        error: null,
      })),
    ),
  );
  const result = study.results().get(cell)!;
  expect([...result.letters.values()]).toEqual(items.map(() => "C"));
  expect(result.correct).toBe(items.filter(({ gold }) => gold === "C").length);
  expect(study.results().replies(cell).get(items[0]!.index)).toBe("B");
});

describe("the methods of a profile", () => {
  it("train each VLM on its own base model's text at the size of the controls, with other settings alone", () => {
    const study = open(METHODS);
    const settings = (name: string) => {
      const step = study.layout.steps.find((one) => one.name === name)!;
      const task = (step.work as JobWork).task() as TrainTask;
      return { file: task.train, group: step.group, ...task.settings };
    };
    const usual = settings("qwen2-vl is trained on 32 from qwen2");
    expect(settings("qwen2-vl is trained on 32 from qwen2, one-epoch")).toEqual({
      ...usual,
      group: "variants",
      epochs: 1,
    });
    const slow = settings("qwen2-vl is trained on 32 from qwen2, slow");
    expect(slow).toEqual({ ...usual, group: "variants", learningRate: 2e-4 });
    expect(cellsOf(study).filter((key) => key.includes("one-epoch"))).toEqual([
      `["qwen2-vl","picture","plain","qwen2",32,7,"one-epoch"]`,
    ]);
    expect(study.results().labels.methods).toEqual({ "one-epoch": "1 epoch", slow: "slow" });
  });

  it("change no run when their label changes, and theirs alone when a setting does", () => {
    const idsOf = (methods: string) => new Set(open(methods).layout.steps.map(({ run }) => run.id.split("-").at(-1)));
    const before = idsOf(METHODS);
    expect(idsOf(METHODS.replace("label: slow", "label: other"))).toEqual(before);
    const changed = [...idsOf(METHODS.replace("epochs: 1", "epochs: 2"))].filter((id) => !before.has(id));
    expect(changed).toHaveLength(2);
  });

  it("are refused without a setting, or with one that training does not have", () => {
    expect(() => open("methods: { none: { label: none } }\n")).toThrow("expected at least one setting of 'training'");
    expect(() => open("methods: { wrong: { label: w, seeds: [1] } }\n")).toThrow(
      /own\.yaml, line \d+, 'methods.wrong.seeds'/,
    );
  });
});

describe("items with different numbers of options", () => {
  const rows = drawBenchmark(root, 6).map(({ row }) => ({ ...row }));
  /** The first item with its gold option and two others alone. */
  const [first, ...others] = rows;
  const lines = first!.action_list.map((line) => line.slice(3));
  const gold = lines["ABCDE".indexOf(first!.answer)]!;
  const kept = [gold, ...lines.filter((text) => text !== gold)].slice(0, 3);
  const short = { ...first!, action_list: kept.map((text, i) => `${"ABC"[i]}. ${text}`), answer: "A" };

  it("are asked in as many orders as they have options", async () => {
    writeFileSync(join(root, "bench.json"), JSON.stringify([short, ...others]));
    const file = SMALL.replace(
      "{ kind: pocket, items: 48 }",
      `{ kind: file, file: ${join(root, "bench.json")}, images: ${join(root, "pictures")} }`,
    ).replace("kind: rules, per_call", "kind: model, model: qwen2, per_call");
    const study = open("variants: [option-rotation]\n", file);
    await runStep(study.layout.benchmark, alone());
    const asked = (by: number) =>
      (
        study.layout.steps.find(
          ({ name }) => name === `qwen2-vl decides on pictures, options moved by ${by}`,
        ) as AskStep
      )
        .requests()
        .map(({ custom_id }) => Number(custom_id));
    const all = rows.map(({ index }) => index);
    expect([1, 2, 3, 4].map(asked)).toEqual([all, all, all.slice(1), all.slice(1)]);
  });
});

describe("a variant of a part of the items", () => {
  it("is asked about these alone, spread over the benchmark, and makes runs of its own", async () => {
    const [all, some] = ["no-picture", "{ name: no-picture, items: 3 }"].map((entry) => open(`variants: [${entry}]\n`));
    await runStep(all!.layout.benchmark, alone());
    const stepOf = ({ layout }: typeof all & object) =>
      layout.steps.find(({ name }) => name === "qwen2-vl decides without pictures") as AskStep;
    expect(stepOf(all!).requests()).toHaveLength(6);
    expect(
      stepOf(some!)
        .requests()
        .map(({ custom_id }) => custom_id),
    ).toEqual(["2", "4", "6"]);
    expect(stepOf(some!).run.id).not.toBe(stepOf(all!).run.id);
  });
});

it("an endpoint that answers for a model is asked in the same ways", () => {
  const served = SMALL.replace("models:\n", "endpoints: { box: { url: http://localhost:9/v1 } }\nmodels:\n").replace(
    "models/qwen2-vl, label",
    "models/qwen2-vl, endpoint: box, name: big-vl, label",
  );
  const steps = open(ALL, served).layout.steps.filter(
    ({ group, name }) => group === "variants" && /^qwen2-vl/.test(name),
  );
  expect(steps).toHaveLength(7 + 6);
  for (const step of steps) expect([step.uses, step.backend?.kind]).toEqual(["api", "endpoint"]);
});
