import type { Item } from "../benchmark/index";
import { type PromptSet, paperPrompts } from "../prompts/index";
import { createRandom } from "../random";
import { toRunName } from "../store/index";
import { type AskStep, askStep } from "./ask-step";
import { type Backend, modelBackend, requestedModel } from "./backend";
import type { Picture } from "./benchmark-step";
import type { Variant } from "./cells";
import type { Context } from "./context";
import type { Inputs } from "./inputs";
import { captionRequests, decisionsOnPictures, decisionsOnText, greedy, optionsOfItems } from "./requests";
import type { Group, Step } from "./step";

/** How a VLM is asked about pictures. */
export interface PictureOptions {
  backend: Backend;
  maxTokens: number;
  prompts?: PromptSet;
  variant?: Variant;
  /** Random seed of the variant. */
  seed?: number;
  group?: Group;
  /** Added to the step's name and to the run's: "trained on 500 from teacher". */
  suffix?: string;
}

/** A VLM decides on the items' pictures (Appendix B.2, "Prompt for VLMs"). Items without a picture are left out. */
export function decideOnPictures(root: string, benchmark: Step, options: PictureOptions): AskStep {
  const { backend, maxTokens, prompts = paperPrompts, variant = "plain", seed = 0, group = "pilot", suffix } = options;
  const shuffled = variant === "shuffled-picture";
  return askStep(root, {
    name: `${backend.name} decides on pictures${suffix ? `, ${suffix}` : ""}`,
    group,
    run: toName("pictures", backend.name, suffix),
    backend,
    spec: { prompt: prompts.picture([]), maxTokens, ...(shuffled && { variant, seed }) },
    needs: [benchmark],
    requests: (inputs) => {
      const pictures = inputs.pictures(benchmark);
      const shown = shuffled ? rotatePictures(pictures, seed) : pictures;
      const decoding = greedy(requestedModel(backend), maxTokens);
      return decisionsOnPictures(inputs.items(benchmark), ({ index }) => shown.get(index), prompts, decoding);
    },
    options: (inputs) => optionsOfItems(inputs.items(benchmark)),
  });
}

/** Each item with another item's picture: a seeded rotation, so that no item keeps its own. */
function rotatePictures(pictures: ReadonlyMap<number, Picture>, seed: number): Map<number, Picture> {
  const all = [...pictures.values()].sort((a, b) => a.index - b.index);
  const by = all.length < 2 ? 0 : 1 + createRandom("shuffled pictures", seed).int(all.length - 1);
  return new Map(all.map(({ index }, i) => [index, all[(i + by) % all.length]!]));
}

/** As long as VIVA's own sentences about its pictures. */
const TYPICAL_CAPTION = "A person has fallen into deep water near a pier and is waving for help.";

/** A VLM describes the items' pictures (Appendix B.2, "Prompt for Caption Generation"). */
export function captionStep(
  root: string,
  benchmark: Step,
  { backend, maxTokens, prompts = paperPrompts }: Pick<PictureOptions, "backend" | "maxTokens" | "prompts">,
): AskStep {
  return askStep(root, {
    name: `${backend.name} describes the pictures`,
    group: "pilot",
    run: toName("captions", backend.name),
    backend,
    spec: { prompt: prompts.caption(), maxTokens },
    needs: [benchmark],
    requests: (inputs) =>
      captionRequests(inputs.pictures(benchmark).values(), prompts, greedy(requestedModel(backend), maxTokens)),
    typicalReply: TYPICAL_CAPTION,
  });
}

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
  prompts?: PromptSet;
  texts(inputs: Inputs): (item: Item) => string | undefined;
}

/** An LLM decides on a text about each item (Appendix B.2, third prompt). Items without a text are left out. */
export function decideOnText(root: string, benchmark: Step, options: TextOptions): AskStep {
  const { backend, maxTokens, prompts = paperPrompts, run, what, spec, needs, texts } = options;
  return askStep(root, {
    name: `${backend.name} decides on ${what}`,
    group: "pilot",
    run: toName(run, backend.name),
    backend,
    spec: { prompt: prompts.text("", []), maxTokens, ...spec },
    needs: [benchmark, ...needs],
    requests: (inputs) =>
      decisionsOnText(inputs.items(benchmark), texts(inputs), prompts, greedy(requestedModel(backend), maxTokens)),
    options: (inputs) => optionsOfItems(inputs.items(benchmark)),
  });
}

/** An LLM of the profile decides on captions. */
export const decideOnCaptions = (context: Context, benchmark: Step, captions: Step, model: string): Step =>
  decideOnText(context.root, benchmark, {
    backend: modelBackend(context, model),
    prompts: context.prompts.asking,
    maxTokens: context.profile.decoding.answer_tokens,
    run: "from-captions",
    what: "captions",
    needs: [captions],
    texts: (inputs) => {
      const texts = inputs.captions(captions);
      return ({ index }) => texts.get(index);
    },
  });

const toName = (...parts: (string | undefined)[]) => toRunName(parts.filter((part) => part !== undefined).join("-"));
