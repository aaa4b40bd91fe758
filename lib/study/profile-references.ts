import { resolve } from "node:path";
import { loadPrompts } from "../prompts/index";
import { CARDS_FILE, loadCards } from "../runtime/index";
import { loadSeeds } from "../synthesis/index";
import { OWN_LABELS } from "./cells";
import type { Profile } from "./profile";

/** A key of a profile, and what is wrong with its value. */
export interface WrongReference {
  path: (string | number)[];
  message: string;
}

/** The names in a profile that name nothing in it. Each message says what exists. */
export function wrongReferences(profile: Profile): WrongReference[] {
  const { models, sources, endpoints, shared_sources: shared, captioner, teacher, benchmark } = profile;
  const wrong: WrongReference[] = [];
  const refuse = (path: WrongReference["path"], message: string) => wrong.push({ path, message });
  const listed = (names: readonly string[]) => names.join(", ") || "there is none";
  const demandModel = (id: string | undefined, path: WrongReference["path"], kind: "llm" | "vlm") => {
    const known = Object.keys(models).filter((one) => models[one]!.kind === kind);
    if (id === undefined || !known.includes(id))
      refuse(path, `expected the name of a model of kind '${kind}': ${listed(known)}`);
  };
  const demandSource = (id: string, path: WrongReference["path"]) => {
    if (!sources[id]) refuse(path, `expected the name of a source: ${listed(Object.keys(sources))}`);
  };
  const demandEndpoint = (id: string, path: WrongReference["path"]) => {
    if (!endpoints[id]) refuse(path, `expected the name of an endpoint: ${listed(Object.keys(endpoints))}`);
  };

  demandModel(captioner, ["captioner"], "vlm");
  for (const [id, { kind, path, base, endpoint }] of Object.entries(models)) {
    if (endpoint !== undefined) demandEndpoint(endpoint, ["models", id, "endpoint"]);
    // A VLM that is only asked, since it has no weights to train, needs no base.
    if (kind === "vlm" && (path !== undefined || base !== undefined)) demandModel(base, ["models", id, "base"], "llm");
  }
  for (const [id, source] of Object.entries(sources)) {
    if (source.kind === "model") demandModel(source.model, ["sources", id, "model"], "llm");
    if (source.kind === "endpoint") demandEndpoint(source.endpoint, ["sources", id, "endpoint"]);
    if (source.kind === "checked" && !["model", "endpoint"].includes(sources[source.source]?.kind ?? ""))
      refuse(
        ["sources", id, "source"],
        `expected a source that asks a model (kind 'model' or 'endpoint'): ${listed(Object.keys(sources).filter((one) => ["model", "endpoint"].includes(sources[one]!.kind)))}`,
      );
    if (source.kind === "rules" && benchmark.kind !== "pocket")
      refuse(
        ["sources", id, "kind"],
        "a source of kind 'rules' needs a benchmark of kind 'pocket', which alone has rules",
      );
    const unknown = source.sizes?.find((size) => !profile.sizes.includes(size));
    if (unknown !== undefined)
      refuse(["sources", id, "sizes"], `${unknown} is none of the profile's sizes: ${profile.sizes.join(", ")}`);
    if (id === teacher && source.sizes) refuse(["sources", id, "sizes"], "the teacher's text is used at every size");
    if (id === OWN_LABELS) refuse(["sources", id], `'${OWN_LABELS}' is the name of a control; choose another`);
  }
  for (const [i, id] of shared.entries()) demandSource(id, ["shared_sources", i]);
  demandSource(teacher, ["teacher"]);
  if (sources[teacher] && !shared.includes(teacher))
    refuse(["teacher"], "expected one of shared_sources, since figures and controls compare all models on its text");
  return wrong;
}

/** The files of prompts and seed questions and the card that a profile names, and that cannot be used. */
export function wrongFiles(root: string, { prompts, runtime, synthesis }: Profile): WrongReference[] {
  const wrong = Object.entries(prompts).flatMap(([key, name]): WrongReference[] => {
    try {
      loadPrompts(root, name);
      return [];
    } catch (error) {
      return [{ path: ["prompts", key], message: (error as Error).message }];
    }
  });
  if (synthesis.seeds !== undefined)
    try {
      loadSeeds(root, resolve(root, synthesis.seeds));
    } catch (error) {
      wrong.push({ path: ["synthesis", "seeds"], message: (error as Error).message });
    }
  if (runtime.card === undefined) return wrong;
  const cards = Object.keys(loadCards(root));
  const message = `expected one of ${cards.join(", ")} (${CARDS_FILE})`;
  return cards.includes(runtime.card) ? wrong : [...wrong, { path: ["runtime", "card"], message }];
}
