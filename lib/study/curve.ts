import type { Cell } from "./cells";
import type { Step } from "./step";

/** How a training went, over its optimiser steps. */
export interface TrainingCurve {
  cell: Cell;
  seconds: number;
  /** Cross-entropy in nats per token, mean since the point before. */
  loss: { step: number; loss: number }[];
  /** On the validation samples: the same, and the share that would be answered as they are labelled. */
  validation: { step: number; loss: number; accuracy: number }[];
}

/** The course of a finished training, from its log. */
export function curveOf(cell: Cell, { run }: Step): TrainingCurve {
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
