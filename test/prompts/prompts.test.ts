import { describe, expect, it } from "vitest";
import {
  captionDecisionPrompt,
  captionPrompt,
  generationPrompt,
  pictureDecisionPrompt,
  renderQuestions,
  splitLabel,
} from "../../lib/prompts/index";

const options = [
  { letter: "A", text: "Wait." },
  { letter: "C", text: "Call for help." },
];

/** The paper's texts, letter for letter: a change here is a change of the study. */
describe("the paper's prompts", () => {
  it("VLMs, Appendix B.2", () =>
    expect(pictureDecisionPrompt(options)).toMatchInlineSnapshot(`
      "Based on the image provided, select the most appropriate course of initial action to take:

      A. Wait.
      C. Call for help.

      Just output the choice:"
    `));
  it("caption generation, Appendix B.2", () =>
    expect(captionPrompt()).toMatchInlineSnapshot(`
    "The scene depicted in the image is your current view, which may involve social situations, such as individuals in need of assistance or engaging in inappropriate behaviors.

    Generate a description of the situation in one sentence. You should focus on the situation description:"
  `));
  it("LLMs, Appendix B.2", () =>
    expect(captionDecisionPrompt("A boy is in the water.", options)).toMatchInlineSnapshot(`
      "Given a human-centered situation, and a list of potential actions as responses to handle the situation, select the most appropriate course of initial action to take:

      #[Situation]: A boy is in the water.

      #[Action List]:
      A. Wait.
      C. Call for help.

      Just output the choice:"
    `));
  it("the same with a sample's own question, for training", () =>
    expect(captionDecisionPrompt("A boy is in the water.", options, "What first?")).toMatchInlineSnapshot(`
      "Given a human-centered situation, and a list of potential actions as responses to handle the situation, What first?

      #[Situation]: A boy is in the water.

      #[Action List]:
      A. Wait.
      C. Call for help.

      Just output the choice:"
    `));
  it("data generation, Figure 4", () =>
    expect(generationPrompt("[…]")).toMatchInlineSnapshot(`
    "Now your task is to create more complex decision-making questions in human-centered situations. Each question contains a situation description, a multiple-choice question, and an answer. You can consider the following approaches to enhance the complexity:

    - Add more context to the problem, such as tools, background information, or character details, making the constraints more specific;

    - Make the options challenging;

    - Consider different ways the question is asked, incorporating reverse reasoning, dialectical reasoning, critical thinking, etc.

    The question doesn't necessarily have to ask which action is correct but could focus on other aspects related to decision-making.

    There are no specific format or wording requirements for the questions, but they should be in the form of multiple-choice questions. You should make the situation diverse. You should also include a rationale to explain the answer.

    ## Examples:

    […]

    Now generate 5 candidate question with answer. Your output should be presented as a JSON list:"
  `));
});

it("shows examples as Python's json.dumps writes them", () => {
  const question = {
    situation: 'A "big" dog.',
    question: "What?",
    options: ["A. Wait.", "B. Go."],
    answer: "A",
    rationale: "So.",
  };
  expect(renderQuestions([question, question])).toMatchInlineSnapshot(
    `"[{"situation": "A \\"big\\" dog.", "question": "What?", "options": ["A. Wait.", "B. Go."], "answer": "A", "rationale": "So."}, {"situation": "A \\"big\\" dog.", "question": "What?", "options": ["A. Wait.", "B. Go."], "answer": "A", "rationale": "So."}]"`,
  );
});

describe("an option's label", () => {
  it.each(["B. Go there.", " (B) Go there. ", "B: Go there.", "B) Go there.", "B.Go there.", "B . Go there."])(
    "is told from its text: %j",
    (option) => expect(splitLabel(option)).toEqual({ letter: "B", text: "Go there." }),
  );
  it.each(["U.S. soldiers help.", "A.M. is too early.", "Go there.", "A boy goes.", "B.", "AB. Go."])(
    "is none: %j",
    (option) => expect(splitLabel(option)).toEqual({ letter: undefined, text: option }),
  );
  it("may stand before an abbreviation", () =>
    expect(splitLabel("A. U.S. soldiers help.")).toEqual({ letter: "A", text: "U.S. soldiers help." }));
});
