import { describe, expect, it } from "vitest";
import { readStrict } from "../../lib/answers/index";
import { options } from "./replies";

/** For each class of words: a reply with the word in it, what is read, and what would be read if it were any word. */
const classes: Record<
  string,
  [reply: (word: string) => string, read: string | null, other: string | null, words: string]
> = {
  "names or makes the choice": [
    (word) => `The ${word} B`,
    "B",
    null,
    `answer answers answer's choice decision recommendation selection boxed choose chosen select selected pick recommend
     prefer lean leaves 答案 选择 选 정답 ответ respuesta elección elegiría elijo elige elegir escogería escojo
     recomiendo antwort wahl entscheide wähle wählen empfehle réponse choix choisis recommande opterais risposta resposta`,
  ],
  "singles out an option": [
    (word) => `The ${word} one must be B`,
    "B",
    null,
    `best better correct right safest wisest ideal optimal preferred remaining 最佳 最好 最合适 最恰当 最适合 最合理 正确 mejor
     correcta beste besten richtige korrekte sinnvollste meilleur meilleure bonne correcte`,
  ],
  "is fit": [
    (word) => `The most ${word} one must be B`,
    "B",
    null,
    `appropriate suitable fitting sensible reasonable effective prudent logical advisable apropiada adecuado geeignete
     approprié appropriée`,
  ],
  "names an option": [
    (word) => `The appropriate ${word} must be B`,
    "B",
    null,
    "option options action course step response solution opción acción maßnahme handlung 选项 行动",
  ],
  "adds nothing to a label": [
    (word) => `B ${word}`,
    "B",
    null,
    `option the then i'd i'll it it's is be would think believe say just my definitely clearly probably certainly surely
     actually yes and`,
  ],
  "denies what follows": [
    (word) => `The answer is B ${word} C`,
    "B",
    null,
    "not never cannot neither nor without except than isn't isn’t nicht kein ohne pas sauf no ni 不 非",
  ],
  "rejects what follows": [
    (word) => `The ${word} choice is B`,
    null,
    "B",
    `wrong incorrect worst least poor bad second other alternative rejected eliminated excluded discarded risky unsafe
     dangerous falsche`,
  ],
  "reports or weakens": [
    (word) => `${word} choose B`,
    null,
    "B",
    "some many others people user might may could whether thought initially könnte podría pourrait",
  ],
  "makes a condition": [
    (word) => `The answer is B ${word} it rains`,
    null,
    "B",
    "if unless otherwise depending si sinon wenn falls sonst 如果 若 否则",
  ],
  "makes no real condition": [(word) => `If ${word} to choose, the answer is B`, "B", null, "i forced asked pressed"],
  "ends a condition": [
    (word) => `If you can swim, A helps, ${word} the answer is B`,
    "B",
    null,
    "but pero sino sondern aber mais 但是 但",
  ],
  "begins a clause": [
    (word) => `The answer is B ${word} C helps`,
    "B",
    null,
    `but because since although though while whereas so therefore thus hence however 所以 因此 但是 但 因为 而 pero sino
     porque aunque sondern aber weil denn mais parce car`,
  ],
  "shows A to be a label": [
    (word) => `Answer: A ${word} something`,
    "A",
    null,
    `is isn't are was would should may might could cannot can't seems appears and or nor but because since not rather
     instead over than ist est es und oder et ou o y u sería würde wäre wählen porque parce weil car`,
  ],
  "is doubted, not denied": [(word) => `No ${word} that the answer is B`, "B", null, "doubt question"],
};

describe.each(Object.entries(classes))("a word that %s", (_, [reply, read, other, words]) => {
  it.each(words.split(/\s+/))("such as %s", (word) => expect(readStrict(reply(word), options)).toBe(read));

  it("is not just any word", () => expect(readStrict(reply("sunny"), options)).toBe(other));
});
