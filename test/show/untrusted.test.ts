import { it } from "vitest";
import { rejectedTable, sampleCards, toHtml } from "../../lib/show/index";
import { ATTACK } from "../attack";
import { expectOwnElements } from "../own-elements";

it("cards of samples and tables of rejected ones show what a model wrote as text", () => {
  const sample = {
    id: ATTACK,
    situation: ATTACK,
    question: ATTACK,
    options: [{ letter: ATTACK, text: ATTACK }],
    answer: ATTACK,
    rationale: ATTACK,
    call: "c",
  };
  expectOwnElements(sampleCards({ kept: [sample as never], replies: { c: ATTACK } }, 1));
  expectOwnElements(
    toHtml(rejectedTable({ rejected: [{ reason: ATTACK as never, what: ATTACK, twin: ATTACK, call: ATTACK }] })),
  );
});
