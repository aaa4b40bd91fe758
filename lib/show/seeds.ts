import type { AnswerResults } from "../study/index";
import { beforeTraining, seedGroups, sourceLabel } from "./cells";
import { difference, differenceText } from "./differences";
import { pointsText } from "./numbers";
import { NOT_THERE, type Table } from "./table";

/** The gains of Table 2 over several training seeds, each with intervals that say what they cover. */
export function seedsTable(results: AnswerResults): Table {
  return {
    name: "seeds",
    title: "How sure are the gains? Points gained, over training seeds and over items",
    note:
      `Each training was done with ${results.seeds.length} random seeds. Over items: other items, with these trainings ` +
      "(cluster-robust). Over seeds: other seeds, with these items (Student). Over both: the two variances added. " +
      `Intervals are 95 %, without correction for their number. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "source", label: "Source of the text" },
      { key: "size", label: "Samples", numeric: true },
      { key: "seeds", label: "Seeds", numeric: true },
      { key: "items", label: "Items", numeric: true },
      { key: "gain", label: "Mean gain", numeric: true },
      { key: "range", label: "Lowest to highest seed" },
      { key: "overItems", label: "Over items" },
      { key: "overSeeds", label: "Over seeds" },
      { key: "overBoth", label: "Over both" },
    ],
    rows: seedGroups(results).map((group) => {
      const { model, trained } = group[0]!;
      const found = difference(results, [beforeTraining(group[0]!)], group);
      const text = (share: { low: number; high: number } | undefined) => (share ? pointsText(share) : NOT_THERE);
      return {
        model: results.labels.models[model]!,
        source: sourceLabel(results, model, trained.source),
        size: trained.size.toLocaleString("en"),
        seeds: found?.after.length ?? 0,
        items: found?.items ?? NOT_THERE,
        gain: differenceText(found),
        range: text(found?.shares.range),
        overItems: text(found?.shares.items),
        overSeeds: text(found?.shares.seeds),
        overBoth: text(found?.shares.both),
      };
    }),
  };
}
