import { readers } from "../../lib/answers/index";
import { readJudge } from "../../lib/answers/judge";
import type { Option } from "../../lib/benchmark/index";
import type { Random } from "../../lib/random";
import { mutateText, randomText } from "./mutate";
import { demand, demandEqual, type Input, type Target } from "./target";

const ACTIONS = [
  "Call for help at once.",
  "Throw the ring to the boy.",
  "Wait until somebody comes.",
  "Use the map to help the grandmother.",
  "Take no action.",
  "Offer the man a glass of water.",
  "Do not touch the wire, and warn the others.",
  "Ask the driver to stop the bus.",
  "Cover the child with a warm coat.",
  "Lead everybody out of the smoke.",
];

/** Sentences that say nothing about the options. */
const UNRELATED = [
  "The picture shows a street with two people.",
  "It is raining.",
  "Somebody stands near the water.",
  "The child looks cold.",
  "There are 3 cars and 12 trees.",
  "The situation needs care.",
];

/** Marks that mean nothing. */
const MARKS = ["---", "***", "\u{1f642}", "…", "\u200b", "\u00a0", "===", "\ufeff", "• "];

type Form = (letter: string, text: string, other: string) => string;

/** Replies that choose a letter, whatever stands before them. */
const CHOICES: Form[] = [
  (letter) => `The answer is ${letter}.`,
  (letter) => `The correct answer is (${letter}).`,
  (letter) => `Answer: ${letter}`,
  (letter) => `Final answer: ${letter}.`,
  (letter) => `I choose option ${letter}.`,
  (letter) => `I would choose ${letter}.`,
  (letter) => `The best action is ${letter}.`,
  (letter, text) => `The answer is ${letter}. ${text}`,
  (letter) => `My choice: ${letter}`,
  (letter) => `<answer>${letter}</answer>`,
  (letter) => `The answer is \\boxed{${letter}}.`,
];

/** Replies that are nothing but a choice. */
const BARE: Form[] = [
  (letter) => letter,
  (letter) => `${letter}.`,
  (letter) => `(${letter})`,
  (letter) => `Option ${letter}`,
  (letter, text) => `${letter}. ${text}`,
  (letter, text) => `(${letter}) ${text}`,
  (letter, text) => `${letter}: ${text}`,
  (_, text) => text,
  (letter) => `\\boxed{${letter}}`,
  (letter) => `{"answer": "${letter}"}`,
  (letter) => `答案是${letter}。`,
];

/** Replies that choose a letter and speak of another one as well. */
const BESIDE_ANOTHER: Form[] = [
  (letter, _, other) => `${other} is not the right answer. The answer is ${letter}.`,
  (letter, _, other) => `Many people would choose ${other}. I choose ${letter}.`,
  (letter, _, other) => `Option ${other} looks tempting, but it is dangerous. The answer is ${letter}.`,
  (letter, _, other) => `While ${other} may help, ${letter} is the best choice.`,
  (letter, _, other) => `I choose ${letter}, not ${other}.`,
  (letter, _, other) => `I choose ${letter} rather than ${other}.`,
  (letter, _, other) => `I choose ${letter} over ${other}.`,
  (letter, _, other) => `Instead of ${other}, I choose ${letter}.`,
  (letter, _, other) => `Is it ${other}? No. The answer is ${letter}.`,
  (letter, _, other) => `If it were night, ${other} would be right. The answer is ${letter}.`,
  (letter, _, other) => `Some would say ${other}. My answer is ${letter}.`,
  (letter, _, other) => `At first I thought of ${other}, but the correct answer is ${letter}.`,
  (letter, _, other) => `${letter} is better than ${other}.`,
  (letter, _, other) => `The answer is ${letter}. ${other} would take too long.`,
];

/** Replies that only mention a letter. */
const MENTIONS: Form[] = [
  (letter) => `Many people would choose ${letter}.`,
  (letter) => `I do not choose ${letter}.`,
  (letter) => `${letter} is wrong.`,
  (letter) => `Is it ${letter}?`,
  (letter, _, other) => `It could be ${letter} or ${other}.`,
  (letter) => `If it rains, the answer is ${letter}.`,
  (letter, _, other) => `I cannot decide between ${letter} and ${other}.`,
  (letter) => `The worst option is ${letter}.`,
  (letter) => `Everybody but ${letter} is wrong, some say.`,
];

/** What is put around a reply without changing what it says. */
const ORNAMENTS: ((reply: string) => string)[] = [
  (reply) => `  ${reply}\n\n`,
  (reply) => `**${reply}**`,
  (reply) => `<b>${reply}</b>`,
  (reply) => `\`${reply}\``,
  (reply) => `\ufeff${reply}\r\n`,
  (reply) => `<p>${reply}</p>`,
  (reply) => `<think>${reply.length} words to think about, C or B or A.</think>\n${reply}`,
  (reply) => `<think>\nThe answer is B. No, the answer is A.\n</think>\n\n${reply}`,
];

interface Asked {
  options: Option[];
  letter: string;
  text: string;
  other: string;
}

function ask(random: Random): Asked {
  const letters = random.pick(["ABCDE", "ABCDE", "ABCD", "AB", "BCDE", "ABCDEFGH"]);
  const actions = random.shuffle(ACTIONS);
  const options = Array.from(letters, (letter, i) => ({ letter, text: actions[i]! }));
  const [chosen, another] = random.shuffle(options);
  return { options, letter: chosen!.letter, text: chosen!.text, other: another!.letter };
}

const write = (random: Random, forms: readonly Form[], { letter, text, other }: Asked) =>
  random.pick(forms)(letter, text, other);

/** What has to be true of what readers read from any reply. */
function checkLetters(reply: string, options: readonly Option[], letters: readonly (string | null)[]): void {
  const [strict, judged, viva, praxis] = letters;
  const text = reply.normalize("NFKC").toUpperCase();
  for (const letter of [strict, judged]) {
    if (letter === null || letter === undefined) continue;
    const option = options.find((one) => one.letter === letter);
    demand(option !== undefined, `${letter} is no option`);
    const isNamed = text.includes(letter) || text.includes(option.text.toUpperCase().split(" ")[0]!);
    demand(isNamed, `${letter}, which the reply does not name`);
  }
  for (const letter of [viva, praxis]) demand(letter === null || /^[A-Z]$/.test(letter!), `${letter} is no letter`);
}

const readAll = (reply: string, options: readonly Option[]) => [
  readers.strict(reply, options),
  readJudge(reply, options),
  readers.viva(reply),
  readers.praxis(reply),
];

function input(reply: string, { options }: Asked, check: (strict: string | null) => void): Input {
  return {
    text: `${reply}\n\noptions: ${options.map(({ letter, text }) => `${letter} ${text}`).join(" | ")}`,
    read: () => readAll(reply, options),
    check: (result) => {
      const letters = result as (string | null)[];
      checkLetters(reply, options, letters);
      check(letters[0]!);
    },
  };
}

const kinds: ((random: Random) => Input)[] = [
  // A bare choice with ornaments is kept.
  (random) => {
    const asked = ask(random);
    const plain = write(random, [...BARE, ...CHOICES], asked);
    const reply = random.next() < 0.5 ? random.pick(ORNAMENTS)(plain) : plain;
    return input(reply, asked, (letter) => demandEqual(letter, asked.letter, "a choice with ornaments"));
  },
  // Unrelated sentences and marks around a choice cannot turn it into another, and neither can their order.
  (random) => {
    const asked = ask(random);
    const choice = write(random, CHOICES, asked);
    const sentences = random.shuffle(UNRELATED).slice(0, 1 + random.int(4));
    const noise = random.shuffle([...sentences, ...(random.next() < 0.3 ? [random.pick(MARKS)] : [])]);
    const gap = random.pick([" ", "\n", "\n\n", "  "]);
    const reply = (before: string[]) => [...before, choice].join(gap);
    return input(reply(noise), asked, (letter) => {
      demand(letter === asked.letter || letter === null, `${letter} instead of ${asked.letter}`);
      const other = readers.strict(reply(random.shuffle(noise)), asked.options);
      demandEqual(other, letter, "with unrelated text in another order");
    });
  },
  // What is said of another option does not make it the choice.
  (random) => {
    const asked = ask(random);
    const reply = write(random, BESIDE_ANOTHER, asked);
    const before = random.next() < 0.5 ? `${random.pick(UNRELATED)} ` : "";
    return input(before + reply, asked, (letter) =>
      demand(letter === asked.letter || letter === null, `${letter} instead of ${asked.letter}`),
    );
  },
  (random) => {
    const asked = ask(random);
    return input(write(random, MENTIONS, asked), asked, (letter) => demandEqual(letter, null, "only mentioned"));
  },
  // Nothing is read from a thought that does not end.
  (random) => {
    const asked = ask(random);
    const open = random.pick(["<think>", "<thinking>", "<reasoning>", "<THINK>\n"]);
    const reply = open + random.shuffle([...UNRELATED, write(random, CHOICES, asked)]).join(" ");
    return input(reply, asked, (letter) => demandEqual(letter, null, "in a thought that does not end"));
  },
  // The order of the options in the list does not matter.
  (random) => {
    const asked = ask(random);
    const reply = mutateText(random, write(random, [...CHOICES, ...BARE, ...BESIDE_ANOTHER], asked));
    return input(reply, asked, (letter) =>
      demandEqual(readers.strict(reply, random.shuffle(asked.options)), letter, "with options in another order"),
    );
  },
  (random) => {
    const asked = ask(random);
    const words = [
      ...ACTIONS,
      ...UNRELATED,
      "The answer is ",
      "not ",
      "option ",
      asked.letter,
      asked.other,
      "\n",
      ". ",
    ];
    return input(randomText(random, words), asked, () => {});
  },
  (random) => {
    const asked = ask(random);
    const unit = random.pick([
      ...[
        "A. ",
        "<think>",
        "</think>",
        "<answer>",
        "the answer is ",
        "(",
        "\\boxed{",
        "not ",
        "**",
        "A or ",
        "\u0301",
        "x-",
      ],
      write(random, [...CHOICES, ...BESIDE_ANOTHER, ...MENTIONS], asked),
      randomText(random),
    ]);
    const length = random.pick([1000, 10_000, 30_000, 200_000]);
    const reply = unit.repeat(Math.ceil(length / Math.max(1, unit.length))) + write(random, CHOICES, asked);
    return input(reply, asked, () => {});
  },
];

/** What a model replied to an item, as scorers and judges read it. */
export const replies: Target = { name: "replies", weight: 50, make: (random) => random.pick(kinds)(random) };
