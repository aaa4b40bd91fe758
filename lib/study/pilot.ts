import { textsById } from "../ask/index";
import type { Item } from "../benchmark/index";
import { createRandom } from "../random";
import { toRunName } from "../store/index";
import { type AskStep, askStep } from "./ask-step";
import { type Backend, jobBackend } from "./backend";
import { type Picture, readItems, readPictures } from "./benchmark-step";
import type { Variant } from "./cells";
import type { Context } from "./context";
import { captionRequests, decisionsOnPictures, decisionsOnText, greedy, promptsOf } from "./requests";
import type { Group, Step } from "./step";

/** How a VLM is asked about pictures. */
export interface PictureOptions {
  backend: Backend;
  maxTokens: number;
  variant?: Variant;
  /** Random seed of the variant. */
  seed?: number;
  group?: Group;
  /** Added to the step's name and to the run's: "trained on 500 from teacher". */
  suffix?: string;
}

/** A VLM decides on the items' pictures (Appendix B.2, "Prompt for VLMs"). Items without a picture are left out. */
export function decideOnPictures(root: string, benchmark: Step, options: PictureOptions): AskStep {
  const { backend, maxTokens, variant = "plain", seed = 0, group = "pilot", suffix } = options;
  const shuffled = variant === "shuffled-picture";
  return askStep(root, {
    name: `${backend.name} decides on pictures${suffix ? `, ${suffix}` : ""}`,
    group,
    run: toName("pictures", backend.name, suffix),
    backend,
    spec: { prompt: promptsOf.pictures(), maxTokens, ...(shuffled && { variant, seed }) },
    needs: [benchmark],
    requests: () => {
      const pictures = readPictures(benchmark);
      const shown = shuffled ? rotatePictures(pictures, seed) : pictures;
      return decisionsOnPictures(
        readItems(root, benchmark),
        ({ index }) => shown.get(index),
        greedy(backend.name, maxTokens),
      );
    },
  });
}

/** Each item with another item's picture: a seeded rotation, so that no item keeps its own. */
function rotatePictures(pictures: ReadonlyMap<number, Picture>, seed: number): Map<number, Picture> {
  const all = [...pictures.values()].sort((a, b) => a.index - b.index);
  const by = all.length < 2 ? 0 : 1 + createRandom("shuffled pictures", seed).int(all.length - 1);
  return new Map(all.map(({ index }, i) => [index, all[(i + by) % all.length]!]));
}

/** A VLM describes the items' pictures (Appendix B.2, "Prompt for Caption Generation"). */
export function captionStep(root: string, benchmark: Step, backend: Backend, maxTokens: number): AskStep {
  return askStep(root, {
    name: `${backend.name} describes the pictures`,
    group: "pilot",
    run: toName("captions", backend.name),
    backend,
    spec: { prompt: promptsOf.captions(), maxTokens },
    needs: [benchmark],
    requests: () => captionRequests(readPictures(benchmark).values(), greedy(backend.name, maxTokens)),
  });
}

/** Captions by item index. */
export const readCaptions = (captions: Step): Map<number, string> =>
  new Map([...textsById(captions.run.records(), captions.name)].map(([id, text]) => [Number(id), text]));

/** How an LLM is asked about texts. */
export interface TextOptions {
  backend: Backend;
  maxTokens: number;
  /** Start of the run's name: "from-captions", "situations". */
  run: string;
  /** "captions", "the benchmark's own sentences" */
  what: string;
  /** What determines the texts, besides the steps of `needs`. */
  spec?: object;
  needs: Step[];
  texts(): (item: Item) => string | undefined;
}

/** An LLM decides on a text about each item (Appendix B.2, third prompt). Items without a text are left out. */
export function decideOnText(root: string, benchmark: Step, options: TextOptions): AskStep {
  const { backend, maxTokens, run, what, spec, needs, texts } = options;
  return askStep(root, {
    name: `${backend.name} decides on ${what}`,
    group: "pilot",
    run: toName(run, backend.name),
    backend,
    spec: { prompt: promptsOf.text(), maxTokens, ...spec },
    needs: [benchmark, ...needs],
    requests: () => decisionsOnText(readItems(root, benchmark), texts(), greedy(backend.name, maxTokens)),
  });
}

/** An LLM of the profile decides on captions. */
export const decideOnCaptions = (context: Context, benchmark: Step, captions: Step, model: string): Step =>
  decideOnText(context.root, benchmark, {
    backend: jobBackend(context, model),
    maxTokens: context.profile.decoding.answer_tokens,
    run: "from-captions",
    what: "captions",
    needs: [captions],
    texts: () => {
      const texts = readCaptions(captions);
      return ({ index }) => texts.get(index);
    },
  });

const toName = (...parts: (string | undefined)[]) => toRunName(parts.filter((part) => part !== undefined).join("-"));
