import { type Likelihood, type Likelihoods, scoreReplies } from "../answers/index";
import { clustersOf, type Item, type PictureRecord, summarizeAudit } from "../benchmark/index";
import { tally } from "../count";
import { auditItems, readItems } from "./benchmark-step";
import { readCaptions } from "./captions";
import { type Cell, cellKey } from "./cells";
import type { Context } from "./context";
import { costsOf } from "./costs";
import { curveOf } from "./curve";
import type { Layout } from "./layout";
import type { Profile } from "./profile";
import type { Result, Results } from "./results";
import { ownCheckedSource, ownSource, remadeSources } from "./roles";
import { asShown, ownLetter } from "./rotation";
import { describeSource } from "./source-report";
import type { Step } from "./step";
import { readSourceText, repliesOf, runFacts } from "./stored-texts";
import { trainingSeeds } from "./training";

/** Reads the results of a study, as far as it is done. */
export function readResults(context: Context, layout: Layout): Results {
  const { root, profile } = context;
  const steps = new Map(layout.cells.map(({ cell, step }) => [cellKey(cell), step]));
  const doneStep = (cell: Cell) => {
    const step = steps.get(cellKey(cell));
    return step && isDone(step) && isDone(layout.benchmark) ? step : undefined;
  };
  const results = new Map<string, Result | undefined>();
  const replies = rememberReplies();
  const items = lazy(() => readItems(root, layout.benchmark));
  const captions = lazy(() =>
    layout.captions.run.state() === "done" ? readCaptions(layout.captions) : new Map<number, string>(),
  );
  const clusters = lazy(() => {
    const first = clustersOf(items());
    return new Map(items().map(({ index }, i) => [index, first[i]!]));
  });
  const audit = lazy(() =>
    layout.benchmark.run.state() === "done" ? summarizeAudit(auditItems(root, layout.benchmark)) : undefined,
  );
  const costs = lazy(() => costsOf(root, layout.steps));
  const sources = lazy(() =>
    Object.entries(layout.sources)
      .filter(([, { samples }]) => samples.run.state() === "done")
      .map(([source]) => describeSource(context, source, layout.sources)),
  );
  const curves = lazy(() =>
    layout.trainings.flatMap(({ cell, train }) => (train.run.state() === "done" ? [curveOf(cell, train)] : [])),
  );
  return {
    profile: profile.name,
    evidence: profile.evidence,
    labels: {
      models: labelsOf(profile.models),
      sources: labelsOf(profile.sources),
      methods: labelsOf(profile.methods),
    },
    published: { models: publishedOf(profile.models), sources: publishedOf(profile.sources) },
    bases: Object.fromEntries(
      Object.entries(profile.models).flatMap(([id, { base: model }]) =>
        model ? [[id, basesOf(profile, id, model)]] : [],
      ),
    ),
    teacher: profile.teacher,
    sizes: profile.sizes,
    seeds: trainingSeeds(context),
    cells: layout.cells.map(({ cell }) => cell),
    seedQuestions: context.benchmark.seeds(),
    get items() {
      return items();
    },
    get clusters() {
      return clusters();
    },
    get captions() {
      return captions();
    },
    get sources() {
      return sources();
    },
    get curves() {
      return curves();
    },
    get audit() {
      return audit();
    },
    get missingPictures() {
      const { run } = layout.benchmark;
      const records = run.state() === "done" ? run.records<PictureRecord>() : [];
      return tally(records.flatMap((record) => ("missing" in record ? [record.missing] : [])));
    },
    get costs() {
      return costs();
    },
    get runs() {
      return runFacts(layout.steps);
    },
    replies(cell) {
      const step = steps.get(cellKey(cell));
      return step && isDone(step) ? replies(step) : new Map();
    },
    text(source) {
      const found = layout.sources[source];
      return found && isDone(found.samples) ? readSourceText(root, source, found) : undefined;
    },
    get(cell) {
      const key = cellKey(cell);
      const step = results.has(key) ? undefined : doneStep(cell);
      if (!results.has(key)) results.set(key, step && scoreStep(cell, step, replies(step), items()));
      return results.get(key);
    },
    likelihoods(cell) {
      const step = doneStep(cell);
      return step ? readLikelihoods(step) : new Map();
    },
  };
}

const basesOf = (profile: Profile, id: string, model: string) => ({
  model,
  source: ownSource(profile, id),
  checked: ownCheckedSource(profile, id),
  remade: remadeSources(profile, id),
});

const isDone = ({ run }: Step): boolean => run.state() === "done";

/** Reads the replies of each step once: for scoring, for showing, and for other scorers. */
function rememberReplies(): (step: Step) => ReadonlyMap<number, string> {
  const known = new Map<Step, ReadonlyMap<number, string>>();
  return (step) => {
    if (!known.has(step)) known.set(step, repliesOf(step));
    return known.get(step)!;
  };
}

function scoreStep(cell: Cell, step: Step, replies: ReadonlyMap<number, string>, all: readonly Item[]): Result {
  const items = all.filter(({ index }) => replies.has(index));
  const shown = asShown(items, cell.variant);
  const { letters, correct, unparsed } = scoreReplies(shown, ({ index }) => replies.get(index)!);
  return {
    cell,
    run: step.run.id,
    letters: new Map(items.map((item, i) => [item.index, ownLetter(item, letters[i]!, cell.variant)])),
    items: items.length,
    correct,
    unparsed,
  };
}

const readLikelihoods = ({ run }: Step): Likelihoods =>
  new Map(
    run
      .records<{ custom_id: string; likelihood?: Likelihood }>()
      .flatMap(({ custom_id, likelihood }) => (likelihood ? [[Number(custom_id), likelihood] as const] : [])),
  );

const labelsOf = (named: Record<string, { label: string }>) =>
  Object.fromEntries(Object.entries(named).map(([id, { label }]) => [id, label]));

const publishedOf = (named: Record<string, { published?: string }>) =>
  Object.fromEntries(Object.entries(named).flatMap(([id, { published }]) => (published ? [[id, published]] : [])));

function lazy<T>(compute: () => T): () => T {
  let value: { is: T } | undefined;
  return () => {
    value ??= { is: compute() };
    return value.is;
  };
}
