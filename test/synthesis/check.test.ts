import { describe, expect, it } from "vitest";
import { originalLetter, rotateOptions } from "../../lib/benchmark/index";
import { applyCheck, checkRequests, isConfirmed, readCheck } from "../../lib/synthesis/index";
import { sample } from "./sample";

const options = ["one", "two", "three", "four", "five"].map((text, i) => ({ letter: "ABCDE"[i]!, text }));
const decoding = { model: "m", max_tokens: 4, temperature: 0 };

describe("rotateOptions", () => {
  it("puts each option at each position once, and finds each back", () => {
    const seen = new Set<string>();
    for (let by = 0; by < options.length; by++)
      for (const { letter, text } of rotateOptions(options, by)) {
        seen.add(`${letter} ${text}`);
        const original = originalLetter(options, letter, by);
        expect(options.find((option) => option.letter === original)!.text).toBe(text);
      }
    expect(seen.size).toBe(25);
    expect(rotateOptions(options, 2).map(({ letter, text }) => `${letter} ${text}`)).toEqual([
      "A three",
      "B four",
      "C five",
      "D one",
      "E two",
    ]);
  });
});

describe("checkRequests", () => {
  it("asks each question once per order, at most once per option, and never shows the answer", () => {
    const few = sample("few", "A boy is drowning.", { rationale: "He cannot swim.", answer: "B" });
    const many = sample("many", "A girl is lost.", { options });
    const requests = checkRequests([few, many], 5, decoding);
    expect(requests.map(({ custom_id }) => custom_id)).toEqual([
      ...[0, 1, 2].map((by) => `few#${by}`),
      ...[0, 1, 2, 3, 4].map((by) => `many#${by}`),
    ]);
    const asked = requests.map(({ body }) => JSON.stringify(body));
    expect(new Set(asked).size).toBe(8);
    expect(asked.filter((text) => text.includes("He cannot swim"))).toEqual([]);
    expect(asked[4]).toMatch(/A\. two.*E\. one/s);
  });
});

/** The replies of a model that chooses the given texts, one per order. */
function repliesOf(id: string, texts: (string | null)[]): Map<string, string> {
  return new Map(
    texts.map((text, by) => {
      const letter = rotateOptions(options, by).find((option) => option.text === text)?.letter;
      return [`${id}#${by}`, letter ?? "I cannot say."];
    }),
  );
}

/** What becomes of a sample whose written answer is B, "two". */
function checked(texts: (string | null)[], keep: "majority" | "all" | "relabel") {
  const given = sample("s1", "A girl is lost.", { options, answer: "B", call: "call-7" });
  const answers = readCheck([given], 5, repliesOf("s1", texts));
  const { kept, rejected } = applyCheck([given], answers, keep);
  return { answer: kept[0]?.answer, rejected, confirmed: isConfirmed(given, answers.get("s1")!) };
}

describe("applyCheck", () => {
  const two = ["two", "two", "two"];
  it.each([
    ["three of five agree", [...two, "one", "five"], "B", undefined, "B"],
    ["all agree", [...two, "two", "two"], "B", "B", "B"],
    ["two agree, and others differ", ["two", "two", "one", "three", "four"], undefined, undefined, undefined],
    ["another option has the majority", ["five", "five", "two", "five", null], undefined, undefined, "E"],
    ["unparsed replies leave no majority", ["two", "two", null, null, null], undefined, undefined, undefined],
  ] as const)("where %s", (_, texts, majority, all, relabel) => {
    expect(checked([...texts], "majority").answer).toBe(majority);
    expect(checked([...texts], "all").answer).toBe(all);
    expect(checked([...texts], "relabel").answer).toBe(relabel);
    expect(checked([...texts], "majority").confirmed).toBe(majority === "B");
  });

  it("lists what it drops, with the call and the reason", () => {
    const mixed = ["two", "two", "one", "three", "four"];
    const [one] = checked(mixed, "majority").rejected;
    expect(one).toEqual({ reason: "answer not confirmed", what: "s1", call: "call-7" });
    expect(checked(mixed, "relabel").rejected[0]!.reason).toBe("no majority");
  });

  it("does not take a model that always names the same letter for one that agrees", () => {
    const given = sample("s1", "A girl is lost.", { options, answer: "A" });
    const replies = new Map([0, 1, 2, 3, 4].map((by) => [`s1#${by}`, "A"]));
    expect(applyCheck([given], readCheck([given], 5, replies), "majority").kept).toEqual([]);
  });
});
