import { groupBy } from "../count";
import type { Results } from "../study/index";
import { beforeTraining, sourceLabel, trainedCells } from "./cells";
import { compareSeeds, pointsText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

/** The gains of Table 2 over several training seeds, each with intervals that say what they cover. */
export function seedsTable(results: Results): Table {
  const cells = trainedCells(results);
  const groups = groupBy(cells, ({ model, trained: { source, size } }) => JSON.stringify([model, source, size]));
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
    rows: [...groups.values()].map((group) => {
      const { model, trained } = group[0]!;
      const found = compareSeeds(results, beforeTraining(group[0]!), group);
      const text = (interval: { low: number; high: number } | undefined) =>
        interval ? pointsText(interval) : NOT_THERE;
      return {
        model: results.labels.models[model]!,
        source: sourceLabel(results, model, trained.source),
        size: trained.size.toLocaleString("en"),
        seeds: found?.seedCount ?? 0,
        items: found?.itemCount ?? NOT_THERE,
        gain: found ? signed(100 * found.mean) : NOT_THERE,
        range: text(found?.range),
        overItems: text(found?.items),
        overSeeds: text(found?.seeds),
        overBoth: text(found?.both),
      };
    }),
  };
}
