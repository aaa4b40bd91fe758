import { escapeHtml } from "../escape";
import {
  accuracy,
  baseCell,
  type Claim,
  claims,
  compare,
  controlsText,
  gapText,
  goldText,
  largestOf,
  methodsText,
  noPictureText,
  pilotText,
  pointsText,
  rotationText,
  selfImprovementText,
  signed,
  vlmCells,
} from "../show/index";
import { type Cell, overSeeds, type Results } from "../study/index";
import type { SystemData } from "./browser/data";
import { numberLink, systemFinder } from "./numbers";
import { claimsOverSeeds, sizeText } from "./over-seeds";

/** The first view: what the run shows, with numbers. */
export const findingsHtml = (results: Results, systems: readonly SystemData[]): string =>
  `<div class="headlines">${vlmCells(results)
    .map((vlm) => headline(results, systems, vlm))
    .join("")}</div><p class="hint">Accuracy in %, and points above the same model before training.</p>` +
  `<h2>The paper’s findings, one by one</h2><ol class="claims">${claimsHtml(results)}</ol>` +
  sentences(results)
    .map((text) => `<p class="said">${escapeHtml(text)}</p>`)
    .join("");

/** What the numbers say, in words. */
const sentences = (results: Results): string[] =>
  [pilotText, gapText, selfImprovementText, methodsText, controlsText, rotationText, noPictureText, goldText]
    .map((text) => text(results))
    .filter(Boolean);

/** What became of a VLM: before and after training on text alone, beside its base language model on captions. */
function headline(results: Results, systems: readonly SystemData[], vlm: Cell): string {
  const systemOf = systemFinder(results, systems);
  const teacher = largestOf(results, vlm.model, results.teacher)[0];
  const base = results.bases[vlm.model];
  const own = base?.source === results.teacher ? undefined : largestOf(results, vlm.model, base?.source)[0];
  const checked = largestOf(results, vlm.model, base?.checked)[0];
  const size = (cell: Cell | undefined) => cell?.trained?.size.toLocaleString("en") ?? "";
  const sourceName = (source: string | undefined) => results.labels.sources[source ?? ""] ?? "";
  const rows: [what: string, cell: Cell | undefined][] = [
    ["Sees the picture, before training", vlm],
    [`After ${size(teacher)} samples by ${sourceName(results.teacher)}`, teacher],
    [`After ${size(own)} by its own base model`, own],
    [`After ${size(checked)} by its own base model, self-checked`, checked],
    [`Its base model ${results.labels.models[base?.model ?? ""] ?? ""} reads captions`, baseCell(results, vlm)],
  ];
  const shown = rows.flatMap(([what, cell]) => {
    const [system, result] = [systemOf(cell), cell && results.get(cell)];
    if (!system || !result) return [];
    const gain = cell === vlm ? undefined : compare(results, vlm, cell!);
    const difference = gain ? `<span class="gain">${signed(gain.points)}</span>` : "<span></span>";
    return [
      `<div class="bar-row"><span class="what">${escapeHtml(what)}</span><span class="bar" aria-hidden="true">` +
        `<i class="fill" style="width:${accuracy(result).toFixed(1)}%"></i></span>${numberLink(system, accuracy(result).toFixed(1))}${difference}</div>`,
    ];
  });
  if (shown.length === 0) return "";
  const gain = teacher && compare(results, vlm, teacher);
  const big = gain
    ? `<p class="big">${signed(gain.points)} <small>points by training on the teacher’s text alone (95 % interval ${pointsText(gain.difference)})</small></p>`
    : "";
  return `<article><h2>${escapeHtml(results.labels.models[vlm.model]!)}</h2>${big}${shown.join("")}</article>`;
}

function claimsHtml(results: Results): string {
  const larger = overSeeds(results);
  const firm = claimsOverSeeds(results);
  const firmHtml = (found: Claim | undefined) =>
    found && larger ? `<p class="firm">Over <a href="#over-seeds">${sizeText(larger)}</a>: ${shownIn(found)}.</p>` : "";
  return claims(results)
    .map((one) => claimHtml(one, firmHtml(firm.get(one.claim))))
    .join("");
}

/** "shown by 6 of 6 VLMs, each taken alone, and in 5 of 5 seeds" */
const shownIn = ({ vlms, seeds }: Claim): string =>
  `shown by ${vlms.holds} of ${vlms.of} VLMs, each taken alone${seeds ? `, and in ${seeds.holds} of ${seeds.of} seeds` : ""}`;

function claimHtml({ claim, rule, holds, numbers }: Claim, firm: string): string {
  const [kind, word] = holds === undefined ? ["open", "not yet known"] : holds ? ["yes", "shown"] : ["no", "not shown"];
  const list = numbers
    .split("; ")
    .map((one) => `<li>${escapeHtml(one)}</li>`)
    .join("");
  return (
    `<li><span class="verdict ${kind}">${word}</span><div><p class="claim">${escapeHtml(claim)}</p>` +
    `<ul class="evidence">${list}</ul>${firm}<p class="rule">Counts as shown if: ${escapeHtml(rule)}.</p></div></li>`
  );
}
