import type { Likelihoods } from "../answers/index";
import type { AuditSummary, Item } from "../benchmark/index";
import type { Option, WrittenQuestion } from "../prompts/index";
import type { Cell } from "./cells";
import type { StepCost } from "./costs";
import type { TrainingCurve } from "./curve";
import type { RemadeSource } from "./roles";
import type { SourceReport } from "./source-report";
import type { RunFacts, SourceText } from "./stored-texts";

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
