import { type Scorer, scoreReplies, scorers, scorersFor } from "../answers/index";
import type { Cell, Results } from "../study/index";
import { accuracy, percentText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";
import { stateText } from "./variants";

/** What each scorer reads in the replies of a cell. */
interface CellScores {
  cell: Cell;
  items: number;
  /** Of the scorers that can say something about these replies. */
  scores: Partial<Record<Scorer, { correct: number; unparsed: number; letters: (string | null)[] }>>;
}

/** The models of Table 1, and the VLMs after training on the teacher's largest set with the first seed. */
const comparedCells = ({ cells, teacher, sizes, seeds }: Results): Cell[] =>
  cells.filter(({ variant, trained }) => {
    if (variant !== "plain") return false;
    if (!trained) return true;
    const { source, size, seed, method } = trained;
    return source === teacher && size === sizes.at(-1) && seed === seeds[0] && method === undefined;
  });

function scoresOf(results: Results, cell: Cell): CellScores {
  const [replies, likelihoods] = [results.replies(cell), results.likelihoods(cell)];
  const items = results.items.filter(({ index }) => replies.has(index));
  const names = items.length > 0 ? scorersFor(likelihoods.values()) : [];
  const score = (name: Scorer) => scoreReplies(items, ({ index }) => replies.get(index)!, name, { likelihoods });
  return { cell, items: items.length, scores: Object.fromEntries(names.map((name) => [name, score(name)])) };
}

/** The table and its sentences are about the same scores, which take a while to compute. */
const computed = new WeakMap<Results, CellScores[]>();

function comparedScores(results: Results): CellScores[] {
  const scores = computed.get(results) ?? comparedCells(results).map((cell) => scoresOf(results, cell));
  computed.set(results, scores);
  return scores;
}

/** How much the accuracy of a model depends on the scorer. Scorers by likelihood need `decoding.likelihood`. */
export function scorersComparedTable(results: Results): Table {
  const compared = comparedScores(results);
  const has = (name: Scorer) => compared.some(({ scores }) => scores[name]);
  const names = (Object.keys(scorers) as Scorer[]).filter((name) => has(name) || scorersFor([]).includes(name));
  return {
    name: "scorers-compared",
    title: "Does the scorer matter? Accuracy (%) of the same answers, by scorer",
    note:
      "strict is the kit's scorer; viva and praxis are the authors', without their judge. likelihood takes the most likely " +
      "letter, likelihood-text the option whose text is most likely; both need no reading, and the log-probabilities that " +
      `the profile's key decoding.likelihood keeps. In parentheses: unparsed replies. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "state", label: "Training" },
      ...names.map((key) => ({ key, label: key, numeric: true })),
    ],
    rows: compared.map(({ cell, items, scores }) => {
      const text = (name: Scorer) => {
        const found = scores[name];
        if (!found) return NOT_THERE;
        const share = accuracy({ correct: found.correct, items }).toFixed(2);
        return found.unparsed > 0 ? `${share} (${found.unparsed.toLocaleString("en")})` : share;
      };
      return {
        model: results.labels.models[cell.model]!,
        state: stateText(results, cell),
        ...Object.fromEntries(names.map((name) => [name, text(name)])),
      };
    }),
  };
}

/** By how much other scorers differ from the kit's, and how often the most likely letter is the one that is written. */
export function scorersComparedText(results: Results): string {
  const all = comparedScores(results);
  const said = (["viva", "praxis", "likelihood", "likelihood-text"] as const).flatMap((name) => {
    const differences = all.flatMap(({ items, scores }) => {
      const [strict, other] = [scores.strict, scores[name]];
      return strict && other ? [(100 * (other.correct - strict.correct)) / items] : [];
    });
    if (differences.length === 0) return [];
    const [low, high] = [signed(Math.min(...differences)), signed(Math.max(...differences))];
    return [`${name} ${low === high ? low : `${low} to ${high}`}`];
  });
  if (said.length === 0) return "";
  return `Points against the accuracy by strict: ${said.join("; ")}.${agreementText(all)}`;
}

function agreementText(all: readonly CellScores[]): string {
  const pairs = all.flatMap(({ scores: { strict, likelihood } }) =>
    strict && likelihood ? strict.letters.map((letter, i) => letter === likelihood.letters[i]) : [],
  );
  if (pairs.length === 0) return "";
  const share = percentText(pairs.filter(Boolean).length / pairs.length, 1);
  return ` The most likely letter is the one that was read in ${share} % of the replies.`;
}
