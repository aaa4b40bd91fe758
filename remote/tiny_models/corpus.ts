import { caption, variedCaption } from "../../lib/pocket/caption";
import { drawItems, TEST_ITEMS, testScenes } from "../../lib/pocket/items";
import { drawActions, layOptions, letters } from "../../lib/pocket/options";
import { drawPicture } from "../../lib/pocket/picture";
import { questions, writeQuestion } from "../../lib/pocket/question";
import { type Action, actionText, crudeAction, rightAction } from "../../lib/pocket/rules";
import { drawScene, type Scene, sceneKey } from "../../lib/pocket/scene";
import { seedQuestions, seedScenes } from "../../lib/pocket/seeds";
import {
  captionDecisionPrompt,
  captionPrompt,
  generationPrompt,
  pictureDecisionPrompt,
  renderQuestions,
} from "../../lib/prompts/index";
import type { Random } from "../../lib/random";
import { drawAsk, drawNotes, WRITE_PROMPT } from "./tasks";

/** A line of the tiny language models' training text. */
export interface TextLine {
  task: "decide" | "notes-decide" | "notes-caption" | "notes-ask" | "write" | "list";
  prompt: string;
  /** Unordered facts of the scene, at the position of a picture; null if the task has no picture. */
  notes: string[] | null;
  completion: string;
}

/** A picture, the phrase of the icon in each cell, and the tasks on the picture. */
export interface PictureLine {
  svg: string;
  icons: string[];
  pairs: { task: "caption" | "ask" | "decide"; prompt: string; completion: string }[];
}

/** A validation item: recipes are chosen on these. */
export interface ValidationLine {
  svg: string;
  textPrompt: string;
  picturePrompt: string;
  caption: string;
  completion: string;
}

/** How often the crude policy, and not the rules, gives the answer in the training text (see rules.ts). */
const CRUDE_SHARE = 0.9;

/** The share of each task. "list" lines are ten times as long as the others and are counted separately. */
const MIX: readonly (readonly [TextLine["task"], number])[] = [
  ["decide", 0.38],
  ["notes-decide", 0.22],
  ["notes-caption", 0.1],
  ["notes-ask", 0.08],
  ["write", 0.22],
];

/**
 * Draws scenes for training text: never a test or validation scene, nor one of a seed question. Scenes may
 * repeat; there are about 4 × 10⁵ of them.
 */
export function trainingScenes(seed: number, validationCount: number, random: Random): () => Scene {
  const excluded = new Set([...seedScenes(), ...testScenes(TEST_ITEMS, seed).map(sceneKey)]);
  for (const item of drawItems("validation", validationCount, seed)) excluded.add(sceneKey(item.scene));
  return () => {
    for (;;) {
      const scene = drawScene(random);
      if (!excluded.has(sceneKey(scene))) return scene;
    }
  };
}

/** Text lines for the language models: `lines` of the mix, and `lists` of the ten-seed generation prompt. */
export function* textLines(draw: () => Scene, counts: { lines: number; lists: number }, random: Random) {
  for (let i = 0; i < counts.lines; i++) yield textLine(random.weighted(MIX), draw, random);
  for (let i = 0; i < counts.lists; i++) yield textLine("list", draw, random);
}

/** Pictures for the vision encoders, each with three tasks: its caption, a question, and a decision by the policy. */
export function* pictureLines(draw: () => Scene, count: number, random: Random): Generator<PictureLine> {
  for (let i = 0; i < count; i++) {
    const scene = draw();
    const { svg, cells } = drawPicture(scene, random);
    const pairs: PictureLine["pairs"] = [
      { task: "caption", prompt: captionPrompt(), completion: caption(scene) },
      { task: "ask", ...drawAsk(scene, random) },
      { task: "decide", ...decideFromPicture(scene, random) },
    ];
    yield { svg, icons: cells, pairs };
  }
}

/** The validation items as text and as pictures, with the right letter by the rules. */
export function validationLines(count: number, seed: number): ValidationLine[] {
  return drawItems("validation", count, seed).map(({ scene, picture, row }) => {
    const options = row.action_list.map((line) => ({ letter: line[0]!, text: line.slice(3) }));
    return {
      svg: picture.svg,
      textPrompt: captionDecisionPrompt(caption(scene), options),
      picturePrompt: pictureDecisionPrompt(options),
      caption: caption(scene),
      completion: row.answer,
    };
  });
}

function textLine(task: TextLine["task"], draw: () => Scene, random: Random): TextLine {
  const scene = draw();
  const notes = task.startsWith("notes") ? drawNotes(scene, random) : null;
  switch (task) {
    case "decide":
      return { task, notes, ...decideFromText(scene, random) };
    case "notes-decide":
      return { task, notes, ...decideFromPicture(scene, random) };
    case "notes-caption":
      return { task, notes, prompt: captionPrompt(), completion: caption(scene) };
    case "notes-ask":
      return { task, notes, ...drawAsk(scene, random) };
    case "write":
      return { task, notes, prompt: WRITE_PROMPT, completion: writtenList(1 + random.int(3), draw, random) };
    case "list": {
      const examples = renderQuestions(random.shuffle(seedQuestions()));
      return { task, notes, prompt: generationPrompt(examples), completion: writtenList(5, draw, random) };
    }
  }
}

const writtenList = (count: number, draw: () => Scene, random: Random) =>
  renderQuestions(Array.from({ length: count }, () => writeQuestion(draw(), random, policy(random))));

const policy = (random: Random) => (random.next() < CRUDE_SHARE ? crudeAction : rightAction);

function decideFromText(scene: Scene, random: Random) {
  const { options, completion } = decision(scene, policy(random), random);
  const question = random.next() < 0.4 ? random.pick(questions) : undefined;
  return { prompt: captionDecisionPrompt(variedCaption(scene, random), options, question), completion };
}

function decideFromPicture(scene: Scene, random: Random) {
  const { options, completion } = decision(scene, policy(random), random);
  return { prompt: pictureDecisionPrompt(options), completion };
}

function decision(scene: Scene, act: (scene: Scene) => Action, random: Random) {
  const options = layOptions(drawActions(scene, random), random.pick(letters), scene, random);
  const completion = options.find((o) => o.text === actionText(act(scene), scene))!.letter;
  return { options, completion };
}
