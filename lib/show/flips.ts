import { groupBy } from "../count";
import type { AnswerResults, ItemFacts, Result } from "../study/index";
import { beforeTraining, type TrainedCell, trainedOn, vlmCells } from "./cells";
import { NOT_THERE, type Table } from "./table";

/** An item that a training changes, in at least one of its seeds. */
export interface Flip {
  item: ItemFacts;
  model: string;
  /** Gained: wrong before and right after. */
  direction: "gained" | "lost";
  /** In how many of the training seeds it flips. */
  seeds: number;
  of: number;
}

/** A training whose flips are looked at; by default on the teacher's largest set. */
export interface FlipsOf {
  source?: string;
  size?: number;
  /** One VLM; all by default. */
  model?: string;
}

/** What the trainings of some VLMs have in common, and the items that each of them saw. */
interface Trainings {
  trained: { model: string; was: Result; after: Result[]; items: ItemFacts[] }[];
  source: string;
  size: number;
}

function trainingsOf(results: AnswerResults, chosen: FlipsOf): Trainings {
  const { source = results.teacher, size = results.sizes.at(-1)! } = chosen;
  const trained = vlmCells(results)
    .filter(({ model }) => chosen.model === undefined || model === chosen.model)
    .flatMap(({ model }) => {
      const cells: TrainedCell[] = trainedOn(results, model, source, size);
      const was = cells[0] && results.get(beforeTraining(cells[0]));
      const after = cells.flatMap((cell) => results.get(cell) ?? []);
      if (!was || after.length === 0) return [];
      const items = results.items.filter(({ index }) => [was, ...after].every(({ letters }) => letters.has(index)));
      return [{ model, was, after, items }];
    });
  return { trained, source, size };
}

const isRight = ({ letters }: Result, { index, gold }: ItemFacts): boolean => letters.get(index) === gold;

function flipsIn({ trained }: Trainings): Flip[] {
  return trained.flatMap(({ model, was, after, items }) =>
    items.flatMap((item): Flip[] => {
      const before = isRight(was, item);
      const seeds = after.filter((result) => isRight(result, item) !== before).length;
      return seeds > 0 ? [{ item, model, direction: before ? "lost" : "gained", seeds, of: after.length }] : [];
    }),
  );
}

/** The items that training changes, by VLM, in the order of the benchmark. */
export const flips = (results: AnswerResults, chosen: FlipsOf = {}): Flip[] => flipsIn(trainingsOf(results, chosen));

const isFirm = ({ seeds, of }: Flip) => seeds === of;
const count = (all: readonly Flip[], direction: Flip["direction"], firm: boolean) =>
  all.filter((flip) => flip.direction === direction && isFirm(flip) === firm).length;

/** The categories in which training changes answers: gained and lost, in all seeds or in some. */
export function flipsTable(results: AnswerResults, chosen: FlipsOf = {}): Table {
  const trainings = trainingsOf(results, chosen);
  const all = flipsIn(trainings);
  const several = trainings.trained.some(({ after }) => after.length > 1);
  const names = [...new Set(results.items.map(({ category }) => category))];
  const rows = names.map((category) => rowOf(category, trainings, all)).sort((a, b) => b.net - a.net);
  const { labels } = results;
  const who =
    chosen.model === undefined ? `all ${trainings.trained.length} VLMs together` : labels.models[chosen.model];
  const firmly = several ? ", in all seeds" : "";
  return {
    name: "flips",
    title: `Where does training change answers? By category, ${who}`,
    note:
      `After training on ${trainings.size.toLocaleString("en")} samples of ${labels.sources[trainings.source]}. Answers: items times VLMs. ` +
      "Gained: wrong before and right after it. " +
      (several ? "In some seeds: the same training from another seed would have left the answer as it was. " : "") +
      `Net: mean over seeds, in percent of the answers of the row. ${results.evidence}`,
    columns: [
      { key: "category", label: "Category" },
      { key: "answers", label: "Answers", numeric: true },
      { key: "gained", label: `Gained${firmly}`, numeric: true },
      ...(several ? [{ key: "gainedSome", label: "Gained, in some", numeric: true }] : []),
      { key: "lost", label: `Lost${firmly}`, numeric: true },
      ...(several ? [{ key: "lostSome", label: "Lost, in some", numeric: true }] : []),
      { key: "net", label: "Net, %", numeric: true },
    ],
    rows: all.length === 0 ? [] : rows.map(({ row }) => row),
  };
}

function rowOf(category: string, { trained }: Trainings, all: readonly Flip[]) {
  const here = all.filter(({ item }) => item.category === category);
  const answers = trained.reduce(
    (sum, { items }) => sum + items.filter((item) => item.category === category).length,
    0,
  );
  const change = here.reduce(
    (sum, { direction, seeds, of }) => sum + (direction === "gained" ? seeds : -seeds) / of,
    0,
  );
  const net = answers === 0 ? 0 : (100 * change) / answers;
  const some = { gainedSome: count(here, "gained", false), lostSome: count(here, "lost", false) }; // shown for several
  return {
    net,
    row: {
      ...{ category, answers, gained: count(here, "gained", true), lost: count(here, "lost", true), ...some },
      net: answers === 0 ? NOT_THERE : `${net < 0 ? "−" : "+"}${Math.abs(net).toFixed(1)}`,
    },
  };
}

/** How many answers flip, how many of them only in some seeds, and in which categories most. */
export function flipsText(results: AnswerResults, chosen: FlipsOf = {}): string {
  const trainings = trainingsOf(results, chosen);
  const all = flipsIn(trainings);
  if (all.length === 0) return "";
  const answers = trainings.trained.reduce((sum, { items }) => sum + items.length, 0);
  const seeds = Math.max(...trainings.trained.map(({ after }) => after.length));
  const [gained, lost] = (["gained", "lost"] as const).map((direction) => count(all, direction, true));
  const some = all.filter((flip) => !isFirm(flip)).length;
  const counts =
    seeds > 1
      ? `Of ${answers.toLocaleString("en")} answers, ${gained} are gained and ${lost} lost in every seed; ${some} more change in some seeds and not in others, which is chance of training.`
      : `Of ${answers.toLocaleString("en")} answers, ${gained} are gained and ${lost} lost.`;
  return `${counts} ${mostText(all)}`;
}

/** "Most gained: A (12), B (7). Most lost: C (3)." */
const mostText = (all: readonly Flip[]): string =>
  (["gained", "lost"] as const)
    .flatMap((direction) => {
      const firm = all.filter((flip) => flip.direction === direction && isFirm(flip));
      const byCategory = [...groupBy(firm, ({ item }) => item.category)].sort(([, a], [, b]) => b.length - a.length);
      const named = byCategory.slice(0, 3).map(([category, some]) => `${category} (${some.length})`);
      return named.length > 0 ? [`Most ${direction}: ${named.join(", ")}.`] : [];
    })
    .join(" ");
