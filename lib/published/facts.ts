import { loadPublished, type Published } from "./numbers";
import { type ComparedRow, compareWithPaper, loadPaperRows } from "./paper";

/** The paper, to be set beside a study: its choices, compared with the profile's, and its numbers. */
export interface PaperFacts {
  rows: ComparedRow[];
  published: Published;
}

/** Reads `data/paper.yaml` and `data/published.json`. */
export const loadPaper = (root: string, profile: unknown): PaperFacts => ({
  rows: compareWithPaper(loadPaperRows(root), profile),
  published: loadPublished(root),
});
