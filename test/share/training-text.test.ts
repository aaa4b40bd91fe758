import { expect, it } from "vitest";
import type { FinishedRun } from "../../lib/share/find";
import { generatedBy } from "../../lib/share/training-text";

/** A finished run as far as it is read here. */
const run = (id: string, spec: object, parents: string[] = [], settings: object = {}): FinishedRun => {
  const [step, name] = [id.split("/")[0]!, id.split("/")[1]!.replace(/-[^-]+$/, "")];
  return { id, spec: { step, name, spec, parents }, manifest: { step, name, spec, parents, settings } } as never;
};
const endpoint = (host: string, model: string) => ({ backend: { endpoint: host, model } });
const job = (model: object) => ({ backend: { engine: "transformers/1", model } });

it.each([
  ["an endpoint", [run("ask/replies-a-1", endpoint("api.openai.com", "gpt-4o"))], "`gpt-4o` at api.openai.com"],
  ["a program of rules", [run("ask/replies-a-1", endpoint("rules-1", "rules-1"))], "`rules-1`, a program of rules"],
  [
    "a model of the Hub",
    [run("ask/replies-a-1", job({ hub: "org/llm", revision: "v2" }))],
    "`org/llm` at revision `v2`",
  ],
  [
    "a model in a folder",
    [run("ask/replies-llama-1", job({ sha256: "0123456789abcdef" }))],
    "llama, a model from a folder (SHA-256 `0123456789ab…`)",
  ],
  [
    "the base model's own labels",
    [
      run("ask/own-labels-vlm-1", job({ hub: "org/vlm", revision: "main" })),
      run("samples/teacher-3", {}, ["ask/replies-teacher-4"]),
      run("ask/replies-teacher-4", endpoint("api.openai.com", "gpt-4o")),
    ],
    "`gpt-4o` at api.openai.com; the base model answered the questions itself",
  ],
])("samples of %s say who generated them", (_, parents, text) => {
  const samples = run(
    "samples/s-9",
    {},
    parents.slice(0, 2).map(({ id }) => id),
  );
  expect(generatedBy([...parents, samples], samples.manifest)).toBe(text);
});

it("samples of a dataset name its commit", () => {
  const samples = run("samples/s-9", { dataset: { hub: "org/data", revision: "main" } }, [], { commit: "abc" });
  expect(generatedBy([samples], samples.manifest)).toBe("read from the dataset org/data at abc");
});
