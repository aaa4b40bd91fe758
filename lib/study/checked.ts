import { textsById } from "../ask/index";
import { WovError } from "../errors";
import {
  applyCheck,
  balanceLetters,
  type Check,
  type CheckAnswers,
  checkRequests,
  countLetters,
  formSpec,
  readCheck,
  type Sample,
} from "../synthesis/index";
import { type AskStep, askStep } from "./ask-step";
import { type Backend, requestedModel } from "./backend";
import type { Context } from "./context";
import { READER } from "./controls";
import type { ScreeningOptions } from "./generation";
import type { Inputs } from "./inputs";
import { greedy } from "./requests";
import { writeSampleSet } from "./sample-files";
import { inlineStep, type Step } from "./step";

/** What is asked of a source's model to check its text. */
export interface CheckOptions {
  /** Id of the source whose text is checked. */
  source: string;
  backend: Backend;
  orders: number;
  form: ScreeningOptions["form"];
  /** The step that makes the text, and how many samples it is expected to keep. */
  written: Step;
  expected: number;
}

/** Asks a source's model to answer all of its own questions again, with the options in several orders. */
export function checkStep(
  context: Context,
  { source, backend, orders, form, written, expected }: CheckOptions,
): AskStep {
  const maxTokens = context.profile.decoding.answer_tokens;
  const requests = (inputs: Inputs) =>
    checkRequests(inputs.kept(written, expected), orders, greedy(requestedModel(backend), maxTokens), form);
  return askStep(context.root, {
    name: `${source} answers its own questions again`,
    group: "synthesis",
    run: `check-${source}`,
    backend,
    spec: { orders, maxTokens },
    needs: [written],
    requests,
    expected: (inputs) => ({ requests: requests(inputs), count: expected * orders }),
  });
}

/** How often the model that wrote samples stands by its answers. @param asked the step of `checkStep` */
export const answersOf = (written: Step, asked: Step, orders: number): Map<string, CheckAnswers> =>
  readCheck(written.run.records<Sample>(), orders, textsById(asked.run.records(), asked.name));

/** Keeps the samples that pass the check, balances them again, and divides them. The run's records are these samples. */
export function checkedStep(
  root: string,
  options: Pick<ScreeningOptions, "source" | "balance" | "split" | "form">,
  { written, asked, check }: { written: Step; asked: Step; check: Check },
): Step {
  const { source, balance, split, form } = options;
  return inlineStep(root, {
    name: `keep the samples of ${source} that pass its own check`,
    group: "synthesis",
    needs: [written, asked],
    run: {
      step: "samples",
      name: source,
      spec: { reader: READER, source, check, balance, split, form: formSpec(form) },
    },
    work: async (run) => {
      const samples = written.run.records<Sample>();
      const { kept, rejected } = applyCheck(samples, answersOf(written, asked, check.orders), check.keep);
      demandEnough(source, kept.length, samples.length, Math.max(...split.sizes) + split.validation);
      const balanced = balance === undefined ? kept : balanceLetters(kept, balance);
      const reasons = rejected.length > 0 ? { [rejected[0]!.reason]: rejected.length } : {};
      const counts = { checked: samples.length, ...reasons, kept: kept.length };
      const letters = { written: countLetters(kept), balanced: countLetters(balanced) };
      writeSampleSet(root, run, { kept: balanced, rejected, counts, letters }, split, form);
      return { counts };
    },
  });
}

function demandEnough(source: string, kept: number, checked: number, needed: number): void {
  if (kept >= needed) return;
  const share = Math.floor((100 * kept) / checked) / 100;
  throw new WovError(
    `${kept} of ${checked} samples of ${source} pass the check, and ${needed} are needed: set 'expect' of this source to ` +
      `${share} or less, so that more text is generated, or lower its 'sizes'`,
  );
}
