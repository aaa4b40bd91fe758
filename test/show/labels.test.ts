import { expect, it } from "vitest";
import { labelsText } from "../../lib/show/labels";
import type { Results } from "../../lib/study/index";

const source = (label: string, more: object) => ({ label, ...more });
const textOf = (...sources: object[]) => labelsText({ sources } as unknown as Results);

it("says how many answers are right, and how many are given again, of the sources that are judged", () => {
  const judged = source("Own", { labels: { samples: 200, holds: 117 }, agreement: { samples: 50, holds: 30 } });
  const notJudged = source("Other", { labels: { samples: 0, holds: 0 } });
  expect(textOf(source("Teacher", { labels: { samples: 3, holds: 3 } }), judged, notJudged)).toBe(
    "Answers that are right by the world's rules. Teacher: 100 %; Own: 59 % (60 % given again).",
  );
});

it("says nothing where no rules are known", () => {
  expect(textOf(source("GPT-4o", {}))).toBe("");
});
