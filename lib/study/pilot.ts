import type { Item } from "../benchmark/index";
import { type PromptSet, paperPrompts } from "../prompts/index";
import { createRandom } from "../random";
import { toRunName } from "../store/index";
import { type AskStep, askStep } from "./ask-step";
import { type Backend, requestedModel } from "./backend";
import type { Picture } from "./benchmark-step";
import type { Variant } from "./cells";
import type { Inputs } from "./inputs";
import {
  captionRequests,
  decisionsOnPictures,
  decisionsOnText,
  decisionsWithoutPictures,
  greedy,
  optionsOfItems,
} from "./requests";
import { asShown, spread } from "./rotation";
import type { Group, Step } from "./step";

/** How a model is asked about items. */
interface AskingOptions {
  backend: Backend;
  maxTokens: number;
  prompts?: PromptSet;
  variant?: Variant;
  /** Only so many items; all by default. */
  items?: number;
  group?: Group;
  /** Added to the step's name and to the run's: "trained on 500 from teacher". */
  suffix?: string;
}

/** How a VLM is asked about pictures. */
export interface PictureOptions extends AskingOptions {
  /** Random seed of the variant with shuffled pictures. */
  seed?: number;
}

/** A VLM decides on the items' pictures (Appendix B.2, "Prompt for VLMs"). Items without a picture are left out. */
export function decideOnPictures(root: string, benchmark: Step, options: PictureOptions): AskStep {
  const { backend, maxTokens, prompts = paperPrompts, variant = "plain", seed = 0, group = "pilot", suffix } = options;
  const isShuffled = variant === "shuffled-picture";
  const shown = (inputs: Inputs) => asShown(spread(inputs.items(benchmark), options.items), variant);
  const [what, run] = variant === "no-picture" ? ["without pictures", "no-pictures"] : ["on pictures", "pictures"];
  return askStep(root, {
    name: `${backend.name} decides ${withSuffix(what, suffix)}`,
    group,
    run: toName(run, backend.name, suffix),
    backend,
    spec: { prompt: prompts.picture([]), maxTokens, ...variantSpec(options), ...(isShuffled && { seed }) },
    needs: [benchmark],
    requests: (inputs) => {
      const pictures = inputs.pictures(benchmark);
      const items = shown(inputs).filter(({ index }) => pictures.has(index));
      const decoding = greedy(requestedModel(backend), maxTokens);
      if (variant === "no-picture") return decisionsWithoutPictures(items, prompts, decoding);
      const given = isShuffled ? rotatePictures(pictures, seed) : pictures;
      return decisionsOnPictures(items, ({ index }) => given.get(index), prompts, decoding);
    },
    options: (inputs) => optionsOfItems(shown(inputs)),
  });
}

const variantSpec = ({ variant = "plain", items }: AskingOptions) => ({
  ...(variant !== "plain" && { variant }),
  ...(items !== undefined && { items }),
});

const withSuffix = (what: string, suffix: string | undefined) => (suffix ? `${what}, ${suffix}` : what);

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

/** How a model is asked about texts. */
export interface TextOptions extends AskingOptions {
  /** Start of the run's name: "from-captions", "situations". */
  run: string;
  /** "captions", "the benchmark's own sentences" */
  what: string;
  /** What determines the texts, besides the steps of `needs`. */
  spec?: object;
  needs: Step[];
  texts(inputs: Inputs): (item: Item) => string | undefined;
}

/** A model decides on a text about each item (Appendix B.2, third prompt). Items without a text are left out. */
export function decideOnText(root: string, benchmark: Step, options: TextOptions): AskStep {
  const { backend, maxTokens, prompts = paperPrompts, variant = "plain", group = "pilot", suffix } = options;
  const { run, what, spec, needs, texts } = options;
  const shown = (inputs: Inputs) => asShown(spread(inputs.items(benchmark), options.items), variant);
  return askStep(root, {
    name: `${backend.name} decides on ${withSuffix(what, suffix)}`,
    group,
    run: toName(run, backend.name, suffix),
    backend,
    spec: { prompt: prompts.text("", []), maxTokens, ...spec, ...variantSpec(options) },
    needs: [benchmark, ...needs],
    requests: (inputs) =>
      decisionsOnText(shown(inputs), texts(inputs), prompts, greedy(requestedModel(backend), maxTokens)),
    options: (inputs) => optionsOfItems(shown(inputs)),
  });
}

/** A model decides on captions. */
export const decideOnCaptions = (root: string, benchmark: Step, captions: Step, options: AskingOptions): Step =>
  decideOnText(root, benchmark, {
    ...options,
    run: "from-captions",
    what: "captions",
    needs: [captions],
    texts: (inputs) => {
      const texts = inputs.captions(captions);
      return ({ index }) => texts.get(index);
    },
  });

/** A model decides on the benchmark's own sentences about those items that have a picture, so that both can be compared. */
export const decideOnSituations = (root: string, benchmark: Step, options: AskingOptions): Step =>
  decideOnText(root, benchmark, {
    ...options,
    run: "situations",
    what: "the benchmark's own sentences",
    needs: [],
    texts: (inputs) => {
      const pictures = inputs.pictures(benchmark);
      return ({ index, situation }) => (pictures.has(index) ? situation : undefined);
    },
  });

const toName = (...parts: (string | undefined)[]) => toRunName(parts.filter((part) => part !== undefined).join("-"));
