import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Request, tokensOf } from "../ask/index";
import { openRun } from "../store/index";
import { modelIdentity } from "./models";
import type { Profile } from "./profile";
import type { Group, Step } from "./step";

/** What is asked of a model of the profile. */
export interface Asking {
  name: string;
  group: Group;
  /** Name of the run. */
  run: string;
  /** Id in the profile's models. */
  model: string;
  /** Besides the model and what comes before: all that determines the requests. */
  spec: object;
  needs: Step[];
  /** The training step whose adapter is switched on. */
  adapter?: Step;
  requests(): Request[];
  /** Whether the replies so far call for more requests. */
  more?(): boolean;
}

/** A step that puts requests to a model through a job; the run's records are its replies. */
export function askStep(root: string, profile: Profile, asking: Asking): Step {
  const base = profile.models[asking.model]!.path;
  const needs = asking.adapter ? [...asking.needs, asking.adapter] : asking.needs;
  const spec = { model: modelIdentity(root, base), ...asking.spec, decoding: profile.decoding };
  const run = openRun(root, { step: "ask", name: asking.run, spec, parents: needs.map((need) => need.run.id) });
  return {
    name: asking.name,
    group: asking.group,
    run,
    needs,
    work: {
      kind: "job",
      base,
      task: () => {
        const lines = asking.requests().map((request) => JSON.stringify(request));
        writeFileSync(join(root, run.path("requests.jsonl")), `${lines.join("\n")}\n`);
        return {
          kind: "predict",
          name: asking.name,
          requests: run.path("requests.jsonl"),
          records: run.path("records.jsonl"),
          adapter: asking.adapter ? asking.adapter.run.path("adapter") : null,
          batch: profile.decoding.batch,
        };
      },
      more: asking.more,
      outcome: () => {
        const replies = run.records();
        return { counts: { replies: replies.length }, tokens: tokensOf(replies) };
      },
    },
  };
}
