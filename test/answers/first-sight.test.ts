import { describe, expect, it } from "vitest";
import { readStrict } from "../../lib/answers/index";
import { options, replies } from "./first-sight-replies";

/** Choices that a person reads at once, and the reader does not. */
const NOT_READ = [
  "| Question | Answer |\n|---|---|\n| 1 | B |",
  "{'choice': 'd'}",
  "<response><thought>A is too rough.</thought><choice>B</choice></response>",
  "Not A but B: he must not be moved before somebody knows what is wrong.",
  "Everything except B either harms or ignores the man.",
  "The only option that puts the man's wellbeing first is B.",
  "The passer-by should ask the man where he is hurting, and call an ambulance if he is unable to stand up.",
  "He should pull the man to his feet by both arms, so that he doesn't get cold.",
  "- A ❌\n- B ✅\n- C ❌\n- D ❌",
  "## Answer\n\n**B. Ask him where it hurts and call an ambulance if he cannot stand up.**\n\nThis is safer than option A, which could turn a fracture into something worse.",
  "Aは危険なので、Bを選びます。",
  "저는 B를 선택하겠습니다. A는 위험할 수 있습니다.",
  "A alternativa correta é a letra B.",
  "Я бы выбрал вариант B, а не A.",
];

/** The reader takes the better of two options for the choice, although the reply does not speak of the others. */
const COMPARISONS: Record<string, string> = { "B is better than C.": "B" };

describe("replies written before the reader was seen", () => {
  it.each(replies)("%j is read as %j, if at all", (reply, read) =>
    expect(readStrict(reply, options)).toBe(COMPARISONS[reply] ?? (NOT_READ.includes(reply) ? null : read)),
  );

  it("the exceptions are replies of the table", () => {
    const stated = replies.filter(([, read]) => read !== null).map(([reply]) => reply);
    expect(stated).toEqual(expect.arrayContaining(NOT_READ));
    expect(replies).toContainEqual(["B is better than C.", null]);
  });
});

describe("what somebody else chooses is not read, even if the speaker is named", () => {
  it.each([
    "My doctor says the answer is C.",
    "Our instructor would choose A.",
    "My best friend picked A.",
    "I asked a nurse and she said the answer is B.",
    "The teacher's answer is A.",
    "My colleague’s choice would be A.",
    "My doctor recommends A.",
    "I know that he thinks the answer is A.",
    "We asked the crowd and everyone believes the answer is A.",
  ])("%j", (reply) => expect(readStrict(reply, options)).toBeNull());

  it.each([
    "My answer would be B.",
    "My pick is B.",
    "Our recommendation: B.",
    "My final choice is B.",
    "In my opinion the passer-by would choose B.",
    "We picked B.",
    "I think she would choose B.",
    "In our view the correct answer is B.",
    "I believe the answer is B.",
    "It's choice B.",
    "The man's best choice is B.",
    "I recommend B.",
    "The recommended answer is B.",
  ])("but %j is", (reply) => expect(readStrict(reply, options)).toBe("B"));
});
