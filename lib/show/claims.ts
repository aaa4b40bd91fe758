import type { Findings, Result } from "../study/index";
import { compare, pText, signed } from "./numbers";
import { before, sizesOf } from "./tables";

/** Something that the study could show, and whether this run shows it. */
export interface Claim {
  claim: string;
  holds: boolean;
  /** The numbers that decide. */
  numbers: string;
}

/** Points from which a difference counts, and the p below which it is no accident. */
const STRONG = { points: 4, p: 0.01 };
const OWN = { points: 3, p: 0.01 };
/** On at least how many of the VLMs. */
const MOST = 2;

/** The paper's findings as claims, each with the numbers of this run and whether they bear it out. */
export function claims(findings: Findings): Claim[] {
  return [
    gapClaim(findings),
    teacherClaim(findings),
    sizeClaim(findings),
    ownClaim(findings),
    ownBelowClaim(findings),
    controlClaim(findings),
  ];
}

const vlms = (findings: Findings) => findings.table1.filter(({ input }) => input === "image");

const trained = (findings: Findings, model: string, source: (r: Findings["table2"][number]) => boolean) =>
  findings.table2.filter((r) => r.model === model && source(r)).sort((a, b) => a.size - b.size);

function gapClaim(findings: Findings): Claim {
  const gaps = vlms(findings).map((vlm) => {
    const base = findings.table1.find((r) => r.input === "caption" && r.model === findings.bases[vlm.model])!;
    return { label: vlm.label, ...compare(findings, vlm, base) };
  });
  return {
    claim: "A language model that reads captions is ahead of the VLM, built on it, that sees the pictures",
    holds: gaps.every(({ points, p }) => points > 0 && p < STRONG.p),
    numbers: gaps.map(gainText).join("; "),
  };
}

const gains = (findings: Findings, source: (r: Findings["table2"][number]) => boolean) =>
  vlms(findings).map((vlm) => {
    const last = trained(findings, vlm.model, source).at(-1)!;
    return { label: vlm.label, ...compare(findings, before(findings, last), last) };
  });

function teacherClaim(findings: Findings): Claim {
  const all = gains(findings, ({ source }) => source === "teacher");
  return {
    claim: `Training on the teacher's text alone lifts accuracy on pictures (by ${STRONG.points} points or more, p < ${STRONG.p}, on ${MOST} VLMs or more)`,
    holds: all.filter(({ points, p }) => points >= STRONG.points && p < STRONG.p).length >= MOST,
    numbers: all.map(gainText).join("; "),
  };
}

function sizeClaim(findings: Findings): Claim {
  const lines = vlms(findings).map((vlm) => {
    const results = trained(findings, vlm.model, ({ source }) => source === "teacher");
    const [first, last] = [results[0]!, results.at(-1)!];
    return { label: vlm.label, ...compare(findings, first, last) };
  });
  return {
    claim: `More of the teacher's samples lift it more (${sizesOf(findings).at(0)} against ${sizesOf(findings).at(-1)}, on ${MOST} VLMs or more)`,
    holds: lines.filter(({ points, p }) => points > 0 && p < 0.05).length >= MOST,
    numbers: lines.map(gainText).join("; "),
  };
}

function ownClaim(findings: Findings): Claim {
  const all = gains(findings, ({ own }) => own);
  return {
    claim: `Text that the VLM's own base language model wrote lifts it too (by ${OWN.points} points or more, p < ${OWN.p}, on ${MOST} VLMs or more)`,
    holds: all.filter(({ points, p }) => points >= OWN.points && p < OWN.p).length >= MOST,
    numbers: all.map(gainText).join("; "),
  };
}

function ownBelowClaim(findings: Findings): Claim {
  const pairs = vlms(findings).map((vlm) => {
    const teacher = trained(findings, vlm.model, ({ source }) => source === "teacher").at(-1)!;
    const own = trained(findings, vlm.model, (r) => r.own).at(-1)!;
    return { label: vlm.label, ...compare(findings, teacher, own) };
  });
  return {
    claim: `Its own base model's text is only marginally below the teacher's (by less than ${OWN.points} points, on ${MOST} VLMs or more)`,
    holds: pairs.filter(({ points }) => points <= 0 && points > -OWN.points).length >= MOST,
    numbers: pairs.map(gainText).join("; "),
  };
}

function controlClaim(findings: Findings): Claim {
  const all = findings.controls.map((result) => ({ result, ...compare(findings, before(findings, result), result) }));
  const text = (control: Result & { control: string }) => `${control.label}, ${control.control}`;
  return {
    claim:
      "The gain comes from the text, and needs the right picture: own labels lift it less than the teacher's, and with another item's picture it falls",
    holds: all.every(({ result, points }) =>
      result.control === "shuffled-pictures" ? points < 0 : points < teacherGain(findings, result.model),
    ),
    numbers: all.map(({ result, ...change }) => gainText({ ...change, label: text(result) })).join("; "),
  };
}

const teacherGain = (findings: Findings, model: string): number => {
  const last = trained(findings, model, ({ source }) => source === "teacher").at(-1)!;
  return compare(findings, before(findings, last), last).points;
};

const gainText = ({ label, points, p }: { label: string; points: number; p: number }) =>
  `${label} ${signed(points)} (p ${pText(p)})`;
