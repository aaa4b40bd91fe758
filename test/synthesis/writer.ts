import { createRandom } from "../../lib/random";
import type { Answer } from "../ask/server";
import { makeText } from "../bench/screen-set";

const LETTERS = "ABCDE";

/** Five made-up questions, which hang on the request's seed alone; some are no good, as with any model. */
export const writeQuestions: Answer = ({ body: { seed = 0 } }) => {
  const random = createRandom("writer", seed);
  const questions = Array.from({ length: 5 }, () => {
    const { situation, options } = makeText("", random, 20);
    return {
      situation,
      question: "What first?",
      options: options.map((text, i) => `${LETTERS[i]}. ${text}`),
      answer: random.next() < 0.1 ? "F" : random.pick([...LETTERS]),
      rationale: "Because.",
    };
  });
  return random.next() < 0.1 ? JSON.stringify(questions).slice(0, 900) : JSON.stringify(questions);
};
