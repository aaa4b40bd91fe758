import { type Likelihood, type Likelihoods, scoreReplies } from "../answers/index";
import { textsById } from "../ask/index";
import { type AuditSummary, clustersOf, type Item, type PictureRecord, summarizeAudit } from "../benchmark/index";
import { tally } from "../count";
import type { Option, WrittenQuestion } from "../prompts/index";
import { auditItems, readItems } from "./benchmark-step";
import { readCaptions } from "./captions";
import { type Cell, cellKey } from "./cells";
import type { Context } from "./context";
import { costsOf, type StepCost } from "./costs";
import type { Layout } from "./layout";
import type { Profile } from "./profile";
import { ownCheckedSource, ownSource, type RemadeSource, remadeSources } from "./roles";
import { asShown, ownLetter } from "./rotation";
import { describeSource, type SourceReport } from "./source-report";
import type { Step } from "./step";
import { type RunFacts, readSourceText, repliesOf, runFacts, type SourceText } from "./stored-texts";
import { trainingSeeds } from "./training";

/** The scored answers of a cell. */
export interface Result {
  cell: Cell;
  /** The run whose replies were scored. */
  run: string;
  /** The choice read for each item that was asked, by item index; null if it is unparsed. */
  letters: ReadonlyMap<number, string | null>;
  /** Items that were asked. */
  items: number;
  correct: number;
  /** Replies from which no choice could be read, and requests that were refused; they count as wrong. */
  unparsed: number;
}

/** How a training went, over its optimiser steps. */
export interface TrainingCurve {
  cell: Cell;
  seconds: number;
  /** Cross-entropy in nats per token, mean since the point before. */
  loss: { step: number; loss: number }[];
  /** On the validation samples: the same, and the share that would be answered as they are labelled. */
  validation: { step: number; loss: number; accuracy: number }[];
}

/**
 * Everything that tables, figures and notebooks show, computed from finished runs on demand. Results that are not there
 * yet are undefined, or missing from a list.
 */
export interface Results {
  profile: string;
  /** The sentence that is shown with each table and figure. */
  evidence: string;
  /** Labels of models, sources and methods of training, by id. */
  labels: { models: Record<string, string>; sources: Record<string, string>; methods: Record<string, string> };
  /** Their names in the paper's tables, of those that the paper has. */
  published: { models: Record<string, string>; sources: Record<string, string> };
  /**
   * By VLM, its base language model, and the sources that are this model's text: as written, checked by itself, and all
   * that are made from what it wrote.
   */
  bases: Record<string, { model: string; source?: string; checked?: string; remade?: RemadeSource[] }>;
  /** The source that figures and controls are about. */
  teacher: string;
  /** Sizes of the training sets, ascending, and random seeds of the trainings. */
  sizes: number[];
  seeds: number[];
  items: Item[];
  /** By item index, the first item with the same question. */
  clusters: ReadonlyMap<number, number>;
  /** Captions by item index. */
  captions: ReadonlyMap<number, string>;
  /** All cells of the study, in the order of the tables. */
  cells: Cell[];
  get(cell: Cell): Result | undefined;
  sources: SourceReport[];
  curves: TrainingCurve[];
  seedQuestions: WrittenQuestion[];
  /** The faults of the benchmark's file, once it is prepared. */
  audit: AuditSummary | undefined;
  /** Items without a picture, by reason. */
  missingPictures: Record<string, number>;
  /** What the study has cost so far, by step. */
  costs: StepCost[];
  /** How each finished run came about. */
  runs: RunFacts[];
  /** The replies of a cell as they came, by item index; none if the cell has no result. */
  replies(cell: Cell): ReadonlyMap<number, string>;
  /** How likely each option of each item was, where the profile's decoding keeps it; else empty. */
  likelihoods(cell: Cell): Likelihoods;
  /** All samples of a source, kept and rejected; undefined if they are not complete. */
  text(source: string): SourceText | undefined;
}

/** What tables and figures about answers need of an item. */
export type ItemFacts = Pick<Item, "index" | "gold" | "category"> & { options: Pick<Option, "letter">[] };

/** The part of the results that tables and figures about answers need. A file of results holds it, without the runs. */
export interface AnswerResults
  extends Pick<
    Results,
    | "profile"
    | "evidence"
    | "labels"
    | "published"
    | "bases"
    | "teacher"
    | "sizes"
    | "seeds"
    | "clusters"
    | "cells"
    | "get"
    | "missingPictures"
  > {
  items: ItemFacts[];
  sources: Pick<SourceReport, "source" | "label" | "counts" | "costUsd" | "agreement" | "labels">[];
}

/** Reads the results of a study, as far as it is done. */
export function readResults(context: Context, layout: Layout): Results {
  const { root, profile } = context;
  const steps = new Map(layout.cells.map(({ cell, step }) => [cellKey(cell), step]));
  const doneStep = (cell: Cell) => {
    const step = steps.get(cellKey(cell));
    return step && isDone(step) && isDone(layout.benchmark) ? step : undefined;
  };
  const results = new Map<string, Result | undefined>();
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
      return step && isDone(step) ? repliesOf(step) : new Map();
    },
    text(source) {
      const found = layout.sources[source];
      return found && isDone(found.samples) ? readSourceText(root, source, found) : undefined;
    },
    get(cell) {
      const key = cellKey(cell);
      const step = results.has(key) ? undefined : doneStep(cell);
      if (!results.has(key)) results.set(key, step && scoreStep(cell, step, items()));
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

function scoreStep(cell: Cell, step: Step, all: readonly Item[]): Result {
  const texts = textsById(step.run.records(), step.name);
  const items = all.filter(({ index }) => texts.has(String(index)));
  const shown = asShown(items, cell.variant);
  const { letters, correct, unparsed } = scoreReplies(shown, ({ index }) => texts.get(String(index))!);
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

function curveOf(cell: Cell, { run }: Step): TrainingCurve {
  const lines = run.records<TrainingRecord>();
  return {
    cell,
    seconds: run.manifest()!.seconds,
    loss: lines.flatMap(({ step, loss }) => (loss === undefined ? [] : [{ step, loss }])),
    validation: lines.flatMap(({ step, validation_loss: loss, validation_accuracy: accuracy }) =>
      loss === undefined || accuracy === undefined ? [] : [{ step, loss, accuracy }],
    ),
  };
}

/** A line of a training's log. */
interface TrainingRecord {
  step: number;
  loss?: number;
  validation_loss?: number;
  validation_accuracy?: number;
}

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
