import type { Findings, Result } from "../study/index";
import type { Figure, Panel, Point } from "./figure";
import { accuracy, interval } from "./numbers";
import { before, sizesOf, sourceLabel } from "./tables";

const ACCURACY = "accuracy, %";
const at = (x: string | number, result: Result): Point => ({ x, y: accuracy(result), ...interval(result) });

/** The pilot study: each VLM on pictures beside its base LLM on captions. */
export function pilotFigure(findings: Findings): Figure {
  const vlms = findings.table1.filter(({ input }) => input === "image");
  const base = ({ model }: Result) =>
    findings.table1.find((r) => r.input === "caption" && r.model === findings.bases[model])!;
  return {
    name: "pilot",
    title: "Pilot study: the VLM that sees, and its base language model that reads",
    note: findings.evidence,
    kind: "bars",
    x: "vision-language model",
    y: ACCURACY,
    panels: [
      {
        title: "",
        series: [
          { name: "VLM, pictures", points: vlms.map((vlm) => at(vlm.label, vlm)) },
          { name: "its base LLM, captions", points: vlms.map((vlm) => at(vlm.label, base(vlm))) },
        ],
      },
    ],
  };
}

/** Figure 2 (paper, section 3.3): VLMs on pictures before and after training on the teacher's text. */
export function figure2(findings: Findings): Figure {
  const largest = Math.max(...sizesOf(findings));
  const after = findings.table2.filter(({ source, size }) => source === "teacher" && size === largest);
  return {
    name: "figure2",
    title: "Figure 2. VLMs on pictures, before and after training on text alone",
    note: `Whiskers: 95 % intervals (Wilson). ${findings.evidence}`,
    kind: "bars",
    x: "vision-language model",
    y: ACCURACY,
    panels: [
      {
        title: "",
        series: [
          { name: "before", points: after.map((result) => at(result.label, before(findings, result))) },
          {
            name: `after ${largest.toLocaleString("en")} samples of the teacher`,
            points: after.map((r) => at(r.label, r)),
          },
        ],
      },
    ],
  };
}

/** Table 2 as a picture: accuracy over the number of samples, a line for each source. */
export function sizeFigure(findings: Findings): Figure {
  const models = [...new Set(findings.table2.map(({ model }) => model))];
  return {
    name: "sizes",
    title: "Which text, and how much of it? Accuracy on pictures by source and number of samples",
    note: `Size 0: before training. Whiskers: 95 % intervals (Wilson). ${findings.evidence}`,
    kind: "lines",
    x: "training samples",
    y: ACCURACY,
    panels: models.map((model): Panel => {
      const results = findings.table2.filter((result) => result.model === model);
      const sources = [...new Set(results.map(({ source }) => source))];
      return {
        title: results[0]!.label,
        series: sources.map((source) => {
          const line = results.filter((result) => result.source === source);
          const name = findings.labels.sources[source]!;
          return { name, points: [at(0, before(findings, line[0]!)), ...line.map((r) => at(r.size, r))] };
        }),
      };
    }),
  };
}

/** Training loss over steps of the largest runs, a line for each source. */
export function lossFigure(findings: Findings): Figure {
  const largest = Math.max(...sizesOf(findings));
  const runs = findings.training.filter(({ size }) => size === largest);
  const models = [...new Set(runs.map(({ model }) => model))];
  return {
    name: "loss",
    title: `Loss on the answer while training on ${largest.toLocaleString("en")} samples`,
    note: findings.evidence,
    kind: "lines",
    x: "optimiser step",
    y: "cross-entropy, nats a token",
    panels: models.map((model) => ({
      title: findings.labels.models[model]!,
      series: runs
        .filter((run) => run.model === model)
        .map(({ source, loss }) => ({
          name: sourceLabel(findings, { source, own: false }),
          points: loss.map(({ step, loss: y }) => ({ x: step, y })),
        })),
    })),
  };
}
