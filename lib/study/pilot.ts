import { textsById } from "../ask/index";
import type { Item } from "../benchmark/index";
import { captionDecisionPrompt, captionPrompt, pictureDecisionPrompt } from "../prompts/index";
import { askStep } from "./asking";
import type { Profile } from "./profile";
import { decisionsOnPictures, decisionsOnText, descriptionsOf } from "./requests";
import { readItems, readPictures } from "./scenes";
import type { Group, Step } from "./step";

/** The steps of the pilot study (paper, section 2). */
export interface Pilot {
  /** VLMs that decide on pictures, by model. */
  pictures: Record<string, Step>;
  captions: Step;
  /** LLMs that decide on the captions, by model. */
  fromCaptions: Record<string, Step>;
}

const modelsOf = (profile: Profile, kind: "llm" | "vlm") =>
  Object.keys(profile.models).filter((id) => profile.models[id]!.kind === kind);
export const seeing = (profile: Profile) => modelsOf(profile, "vlm");
export const reading = (profile: Profile) => modelsOf(profile, "llm");

export function pilotSteps(root: string, profile: Profile, scenes: Step): Pilot {
  const pictures = seeing(profile).map((model) => [model, decideOnPictures(root, profile, scenes, { model })] as const);
  const captions = captionStep(root, profile, scenes);
  const fromCaptions = reading(profile).map(
    (model) => [model, decideOnCaptions(root, profile, scenes, captions, model)] as const,
  );
  return { pictures: Object.fromEntries(pictures), captions, fromCaptions: Object.fromEntries(fromCaptions) };
}

/** How a VLM is asked about the pictures: with an adapter after training, or about pictures that are not its item's. */
export interface PictureAsking {
  model: string;
  group?: Group;
  /** Names the run after the model; also what is asked, in the plan. */
  suffix?: string;
  adapter?: Step;
  /** Which item's picture is shown with an item; its own by default. */
  shown?: { name: string; of(index: number): number };
}

/** A VLM decides on the items' pictures (Appendix B.2, "Prompt for VLMs"). */
export function decideOnPictures(root: string, profile: Profile, scenes: Step, asking: PictureAsking): Step {
  const { model, suffix, shown } = asking;
  return askStep(root, profile, {
    name: `${model} decides on pictures${suffix ? `, ${suffix}` : ""}`,
    group: asking.group ?? "pilot",
    run: ["pictures", model, suffix?.replace(/\W+/g, "-")].filter(Boolean).join("-"),
    model,
    spec: { prompt: pictureDecisionPrompt([]), shown: shown?.name },
    needs: [scenes],
    adapter: asking.adapter,
    requests: () => {
      const pictures = readPictures(scenes);
      const picture = (index: number) => pictures.get(shown ? shown.of(index) : index)!;
      return decisionsOnPictures(readItems(root, scenes), picture, greedy(profile, model));
    },
  });
}

/** The captioner describes the items' pictures (Appendix B.2, "Prompt for Caption Generation"). */
function captionStep(root: string, profile: Profile, scenes: Step): Step {
  const decoding = { model: profile.captioner, max_tokens: profile.decoding.caption_tokens, temperature: 0 };
  return askStep(root, profile, {
    name: `${profile.captioner} describes the pictures`,
    group: "pilot",
    run: `captions-${profile.captioner}`,
    model: profile.captioner,
    spec: { prompt: captionPrompt() },
    needs: [scenes],
    requests: () => descriptionsOf([...readPictures(scenes).values()], decoding),
  });
}

/** An LLM decides on the captions (Appendix B.2, third prompt). */
function decideOnCaptions(root: string, profile: Profile, scenes: Step, captions: Step, model: string): Step {
  return askStep(root, profile, {
    name: `${model} decides on captions`,
    group: "pilot",
    run: `from-captions-${model}`,
    model,
    spec: { prompt: captionDecisionPrompt("", []) },
    needs: [scenes, captions],
    requests: () => {
      const texts = textsById(captions.run.records(), captions.name);
      const caption = ({ index }: Item) => texts.get(String(index)) ?? "";
      return decisionsOnText(readItems(root, scenes), caption, greedy(profile, model));
    },
  });
}

/** Greedy decoding (Appendix B.1). */
export const greedy = (profile: Profile, model: string) => ({
  model,
  max_tokens: profile.decoding.answer_tokens,
  temperature: 0,
});
