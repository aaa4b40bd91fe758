import { stringify } from "yaml";
import { escapeMarkdown, onOneLine } from "../escape";
import { toMarkdown } from "../show/index";
import type { SharedAdapter } from "./adapter";
import type { BaseModel } from "./base-model";
import { evaluationTable } from "./evaluations";
import { recomputeCommands } from "./recompute";
import { trainingText } from "./training-text";

/** A folder of PEFT's, or a whole model into which the adapter was merged. */
export type Form = "adapter" | "merged";

/** The card of an adapter or of a merged model, in the Hub's form, from the manifests of its runs alone. */
export function adapterCard(shared: SharedAdapter, form: Form, name: string): string {
  const { root, runs, train, base, licence, evaluations, evidence } = shared;
  const { manifest } = train;
  const head = stringify({
    ...licence,
    library_name: form === "adapter" ? "peft" : "transformers",
    tags: [...(form === "adapter" ? ["lora"] : []), "text-only-training", "words-over-vision"],
    ...(base.isHub && {
      base_model: base.path,
      base_model_relation: form === "adapter" ? "adapter" : "finetune",
    }),
  });
  const what =
    form === "adapter"
      ? `A LoRA adapter for ${baseText(base)}`
      : `${baseText(base)} with a LoRA adapter merged into its weights (${weightsType(shared)})`;
  return `---
${head}---
# ${name}

${what}.
It was trained on multiple-choice questions about human-centered situations, as text alone: training saw no picture.
Made with words-over-vision ${manifest.code.version}.${evidence ? `\n\n${evidence}` : ""}

## Results
${evaluations.length > 0 ? toMarkdown(evaluationTable(root, evaluations)) : "It was not evaluated.\n"}
## Training text
${rows(trainingText(runs, manifest))}

## Training
${rows(settingsRows(shared))}

## How to load it
${howToLoad(shared, form, name)}

## How to compute it again
\`\`\`
${recomputeCommands(manifest, shared.profile)}
\`\`\`

## Licence
${licenceText(shared, form)}
`;
}

const baseText = ({ path, page, revision }: BaseModel): string =>
  page ? `[${path}](${page}) at \`${revision}\`` : `the model in \`${onOneLine(path)}\``;

/** Of a base in 4 bits, the merged weights are those of its 16-bit form. */
export const weightsType = ({ train }: SharedAdapter): string => {
  const { dtype } = train.spec.spec as { dtype: string };
  return dtype === "nf4" ? "bfloat16" : dtype;
};

const PACKAGES = ["torch", "transformers", "peft", "accelerate", "tokenizers", "safetensors"];

/** The settings as the job reported them, and where it ran. */
function settingsRows({ train }: SharedAdapter): [string, string][] {
  const { spec, settings = {}, ran, hardware, packages, seconds, finishedAt } = train.manifest;
  const { engine, dtype, settings: asked } = spec as { engine: string; dtype: string; settings: object };
  const { training, device, gpu, date, cpu, ...versions } = settings as Record<string, unknown>;
  const gpus = ran?.gpus?.length ? ran.gpus.join(", ") : gpu;
  // The packages of another machine are known only as far as its job reports them.
  const here = ran ? [] : PACKAGES.flatMap((name) => (packages[name] ? [[name, packages[name]]] : []));
  return [
    ["Trainer", engine],
    ["dtype", dtype],
    ...Object.entries({ ...asked, ...(training as object) }).map(([key, value]) => [key, valueText(value)] as const),
    ["Date in chat templates", valueText(date)],
    ["Ran on", valueText(gpus ?? (cpu as { name?: string } | undefined)?.name ?? (ran ? device : hardware.cpu))],
    ["Time, s", valueText(seconds)],
    [
      "Packages",
      Object.entries({ ...versions, ...Object.fromEntries(here) })
        .map((one) => one.join(" "))
        .join(", "),
    ],
    ["Run", `\`${train.id}\`, finished ${finishedAt.slice(0, 10)}`],
  ].map(([key, value]) => [key!, value!]);
}

const valueText = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value ?? null);

function howToLoad(shared: SharedAdapter, form: Form, name: string): string {
  const { base, train } = shared;
  const dtype = weightsType(shared);
  const quantized = (train.spec.spec as { dtype: string }).dtype === "nf4";
  if (form === "merged")
    return `Like any model of transformers: \`AutoModelForImageTextToText.from_pretrained("${name}", dtype="${dtype}")\`.
Engines that take no adapters load it in the same way. The chat template shows the date that training saw, and
\`generation_config.json\` holds token ids alone, so that decoding is greedy unless asked otherwise.${
      quantized ? " The adapter was trained, and the results measured, on the base model in 4 bits (nf4)." : ""
    }`;
  const revision = base.isHub && base.revision ? `, revision=${JSON.stringify(base.revision)}` : "";
  return `\`\`\`python
from peft import PeftModel
from transformers import AutoModelForImageTextToText, AutoProcessor

base = AutoModelForImageTextToText.from_pretrained(${JSON.stringify(base.path)}${revision}, dtype="${dtype}")
model = PeftModel.from_pretrained(base, "${name}").eval()
processor = AutoProcessor.from_pretrained(${JSON.stringify(base.path)}${revision})
\`\`\`
${quantized ? "Training and results: the base model in 4 bits (nf4). " : ""}\`base.json\` holds a hash of the base model's weights, which the kit compares before it uses the adapter.`;
}

function licenceText({ licence, base }: SharedAdapter, form: Form): string {
  const held =
    form === "merged" ? "This folder contains the base model's weights" : "The adapter is of use with it alone";
  const where = base.page ? `, see [its card](${base.page})` : "";
  if (!licence)
    return `The base model's own licence applies${where}; it was not known when this card was written. ${held}.`;
  const link = licence.license_link ? ` (${escapeMarkdown(String(licence.license_link))})` : "";
  const stated = onOneLine(String(licence.license_name ?? licence.license));
  return `The base model's card states \`${stated}\`${link}${where}. ${held}.`;
}

const rows = (all: readonly (readonly [string, string])[]): string =>
  `| | |\n|---|---|\n${all.map(([key, value]) => `| ${escapeMarkdown(key)} | ${escapeMarkdown(value)} |`).join("\n")}`;
