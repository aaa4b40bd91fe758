import type { Random } from "../../lib/random";
import { type ParsedReply, questionSchema, readSamples } from "../../lib/synthesis/index";
import { mutateJson, mutateText, randomText, writeJson } from "./mutate";
import { demand, type Input, type Target } from "./target";

const ACTIONS = [
  ["Call", "for help", "at once"],
  ["Throw", "the ring", "to the boy"],
  ["Wait", "until a nurse", "is there"],
  ["Offer", "the man", "a glass of water"],
  ["Ask", "the driver", "to stop"],
  ["Cover", "the child", "with a coat"],
  ["Act", "as a guide", "of the group"],
  ["Be", "a friend", "and listen"],
];
const SITUATIONS = [
  "A boy has fallen into the lake.",
  "A man sits alone in the rain, {cold} and [lost].",
  "Café au lait: 1 < 2.",
];

/** A question as it was meant. */
interface Meant {
  situation: string;
  texts: string[];
  gold: number;
}

function meant(random: Random): Meant {
  const texts = random
    .shuffle(ACTIONS)
    .slice(0, 2 + random.int(5))
    .map((words) => words.join(" "));
  const end = random.pick([".", "", "!"]);
  return {
    situation: `${random.pick(SITUATIONS)} (${random.int(1000)})`,
    texts: texts.map((text) => text + end),
    gold: random.int(texts.length),
  };
}

const LABELS: ((letter: string) => string)[] = [
  (letter) => `${letter}. `,
  (letter) => `${letter}) `,
  (letter) => `(${letter}) `,
  (letter) => `${letter}: `,
  (letter) => `${letter}.`,
  (letter) => `[${letter}] `,
  (letter) => `${letter} - `,
  (letter) => `**${letter}.** `,
  (letter) => `Option ${letter}: `,
];

const letterOf = (at: number) => "ABCDEFGH"[at]!;

/** The forms in which models write options. */
const OPTION_FORMS: ((random: Random, texts: string[]) => unknown)[] = [
  (random, texts) => labelled(random, texts),
  (_, texts) => texts,
  (_, texts) => Object.fromEntries(texts.map((text, i) => [letterOf(i), text])),
  (_, texts) => texts.map((text, i) => ({ letter: letterOf(i), text })),
  (_, texts) => texts.map((text, i) => ({ [letterOf(i)]: text })),
  (_, texts) => texts.map((text, i) => ({ label: letterOf(i), text: `${letterOf(i)}. ${text}` })),
  (random, texts) => labelled(random, texts).join("\n"),
  (random, texts) => random.shuffle(texts.map((text, i) => ({ letter: letterOf(i), text }))),
  (random, texts) => {
    const wrong = labelled(random, texts);
    return wrong.map((text, i) => ({ letter: letterOf(i), text }));
  },
];

const labelled = (random: Random, texts: string[]): string[] => {
  const label = random.pick(LABELS);
  return texts.map((text, i) => label(letterOf(i)) + text);
};

/** The forms in which they name the right one. */
const ANSWER_FORMS: ((random: Random, meant: Meant) => unknown)[] = [
  (_, { gold }) => letterOf(gold),
  (_, { gold }) => letterOf(gold).toLowerCase(),
  (_, { texts, gold }) => texts[gold],
  (random, { texts, gold }) => random.pick(LABELS)(letterOf(gold)) + texts[gold],
  (random, { gold }) => random.pick(LABELS)(letterOf(gold)).trim(),
  (_, { gold }) => [letterOf(gold)],
  (_, { gold }) => `Answer: ${letterOf(gold)}`,
];

function questionOf(random: Random, one: Meant): object {
  return {
    situation: one.situation,
    question: "What should be done?",
    [random.pick(["options", "choices"])]: random.pick(OPTION_FORMS)(random, one.texts),
    [random.pick(["answer", "correct_answer", "Correct Answer"])]: random.pick(ANSWER_FORMS)(random, one),
    rationale: "It helps.",
    ...(random.next() < 0.2 && { difficulty: random.pick([3, null, { level: 1 }, ["A"]]) }),
  };
}

/** What is put around JSON. */
const WRAPPINGS: ((random: Random, objects: object[], draft: string) => string)[] = [
  (random, objects) => writeJson(random, objects),
  (random, objects) => writeJson(random, { questions: objects }),
  (random, objects) => objects.map((object) => writeJson(random, object)).join("\n\n"),
  (random, objects) => `Here are the questions:\n\`\`\`json\n${writeJson(random, objects)}\n\`\`\`\nI hope they help.`,
  (random, objects) => `The form is {situation, options}, as asked.\n\n${writeJson(random, objects)}`,
  (random, objects) => `${writeJson(random, objects)}\n\nNote: {these} are [examples].`,
  (random, objects, draft) => `<think>\nA draft: ${draft}\nBetter now.\n</think>\n${writeJson(random, objects)}`,
  (random, objects, draft) =>
    `<think>\n\`\`\`json\n[${draft}]\n\`\`\`\n</think>\n\`\`\`json\n${writeJson(random, objects)}\n\`\`\``,
];

const DRAFT = "DRAFTED";

/** What has to be true of every sample, however it was written. */
function checkAny({ samples }: ParsedReply): void {
  for (const sample of samples) {
    demand(questionSchema.safeParse(sample).success, `no valid question: ${JSON.stringify(sample).slice(0, 300)}`);
    for (const { text } of sample.options)
      demand(!/^\W*(?:[Oo]ption\s*)?[A-H]\W*$/.test(text), `an option is a label alone: ${JSON.stringify(text)}`);
  }
}

function input(reply: string, check: (read: ParsedReply) => void): Input {
  return {
    text: reply,
    read: () => readSamples(reply, "source", "call"),
    check: (read) => {
      checkAny(read as ParsedReply);
      check(read as ParsedReply);
    },
  };
}

const draftOf = (random: Random) => writeJson(random, questionOf(random, { ...meant(random), situation: `${DRAFT}.` }));

const kinds: ((random: Random) => Input)[] = [
  // Each question is read as it was meant, or rejected.
  (random) => {
    const all = Array.from({ length: 1 + random.int(3) }, (_, i) => {
      const one = meant(random);
      return { ...one, situation: `${one.situation} No. ${i}` };
    });
    const reply = random.pick(WRAPPINGS)(
      random,
      all.map((one) => questionOf(random, one)),
      draftOf(random),
    );
    return input(reply, ({ samples, rejected }) => {
      demand(samples.length + rejected.length > 0, "nothing was read, and nothing rejected");
      for (const { situation, options, answer } of samples) {
        demand(!situation.includes(DRAFT), "a draft in the thinking was read");
        const one = all.find((given) => given.situation === situation);
        demand(one !== undefined, `a situation that was not written: ${situation}`);
        const texts = options.map(({ text }) => text);
        demand(
          JSON.stringify(texts) === JSON.stringify(one.texts),
          `options ${JSON.stringify(texts)}, expected ${JSON.stringify(one.texts)}`,
        );
        const gold = options.find(({ letter }) => letter === answer)!.text;
        demand(gold === one.texts[one.gold], `right is "${gold}", expected "${one.texts[one.gold]}"`);
      }
    });
  },
  (random) => {
    const object = mutateJson(random, questionOf(random, meant(random)));
    return input(writeJson(random, random.pick([object, [object], { questions: [object] }])), () => {});
  },
  (random) => {
    const objects = Array.from({ length: 1 + random.int(3) }, () => questionOf(random, meant(random)));
    const reply = random.pick(WRAPPINGS)(random, objects, draftOf(random));
    return input(mutateText(random, reply), () => {});
  },
  (random) =>
    input(randomText(random, ['{"situation": "', '"options": [', '"answer": "A"', "A. Go. ", "```json\n"]), () => {}),
  (random) => {
    const whole = writeJson(random, questionOf(random, meant(random)));
    const unit = random.pick([
      "{}",
      "[",
      "{",
      '{"a":',
      "{'",
      "```json\n",
      '"',
      "{a}",
      "[]",
      "<think>",
      "\\",
      whole,
      `${whole},`,
      randomText(random),
    ]);
    const length = random.pick([500, 5000, 20_000]);
    return input(
      unit.repeat(Math.ceil(length / Math.max(1, unit.length))) + (random.next() < 0.3 ? whole : ""),
      () => {},
    );
  },
];

/** What a model wrote when it was asked for training questions. */
export const sampleReplies: Target = {
  name: "sample-replies",
  weight: 18,
  make: (random) => random.pick(kinds)(random),
};
