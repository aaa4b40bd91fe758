import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isMap } from "yaml";
import { WovError } from "../errors";
import { hashOf } from "../store/index";
import { openYaml, type YamlFile } from "../yaml-file";
import { PAPER_QUESTION } from "./decision";
import { type Option, renderOptions } from "./options";
import { type PromptSet, paperPrompts, promptSets } from "./set";

/** The wordings that a file may give, and what each must leave room for. */
const PLACES = {
  picture: ["options"],
  text: ["situation", "question", "options"],
  caption: [],
  generation: ["examples"],
} as const;
type Key = keyof typeof PLACES;
const KEYS = Object.keys(PLACES) as Key[];

/**
 * The prompts that a profile or a command names: "paper", "scripts", or a YAML file. A file gives some wordings, with
 * places such as {options}; those that it leaves out are the paper's.
 *
 * @throws WovError that names the file, the line, and what is missing
 */
export function loadPrompts(root: string, name: string): PromptSet {
  if (Object.hasOwn(promptSets, name)) return promptSets[name as keyof typeof promptSets];
  const file = resolve(root, name);
  if (!existsSync(file))
    throw new WovError(`no prompts '${name}': expected ${Object.keys(promptSets).join(", ")}, or a YAML file`, 2);
  const given = readWordings(file);
  const fill = (key: Key, values: Record<string, string>) =>
    given[key]!.replace(/\{(\w+)\}/g, (place, at: string) => values[at] ?? place);
  return {
    id: hashOf(given),
    picture: given.picture
      ? (options) => fill("picture", { options: renderOptions(options), question: PAPER_QUESTION })
      : paperPrompts.picture,
    text: given.text
      ? (situation: string, options: readonly Option[], question = PAPER_QUESTION) =>
          fill("text", { situation, question, options: renderOptions(options) })
      : paperPrompts.text,
    caption: given.caption ? () => given.caption! : paperPrompts.caption,
    generation: given.generation ? (examples) => fill("generation", { examples }) : paperPrompts.generation,
  };
}

function readWordings(file: string): Partial<Record<Key, string>> {
  const { document, refuseAt: refuse }: YamlFile = openYaml(file);
  const { contents } = document;
  if (!isMap<{ value: string; range: [number, number, number] }>(contents))
    return refuse(0, `expected wordings under the keys ${KEYS.join(", ")}`);
  const found: Partial<Record<Key, string>> = {};
  for (const { key } of contents.items) {
    const [name, offset] = [key.value as Key, key.range[0]];
    if (!KEYS.includes(name)) refuse(offset, `unknown key '${name}': expected ${KEYS.join(", ")}`);
    const text = document.get(name);
    if (typeof text !== "string" || !text.trim()) refuse(offset, `'${name}': expected a text`);
    const missing = PLACES[name].filter((place) => !(text as string).includes(`{${place}}`));
    if (missing.length > 0)
      refuse(offset, `'${name}' leaves no room for ${missing.map((place) => `{${place}}`).join(", ")}`);
    found[name] = (text as string).trimEnd();
  }
  return found;
}
