/** Questions that the generation prompt asks for in one call. */
export const QUESTIONS_PER_CALL = 5;

/**
 * The prompt that asks for new questions: Figure 4, verbatim, with `examples` in place of its _example_.
 * "candidate question with answer" is the paper's own wording.
 */
export function generationPrompt(examples: string): string {
  return `Now your task is to create more complex decision-making questions in human-centered situations. Each question contains a situation description, a multiple-choice question, and an answer. You can consider the following approaches to enhance the complexity:

- Add more context to the problem, such as tools, background information, or character details, making the constraints more specific;

- Make the options challenging;

- Consider different ways the question is asked, incorporating reverse reasoning, dialectical reasoning, critical thinking, etc.

The question doesn't necessarily have to ask which action is correct but could focus on other aspects related to decision-making.

There are no specific format or wording requirements for the questions, but they should be in the form of multiple-choice questions. You should make the situation diverse. You should also include a rationale to explain the answer.

## Examples:

${examples}

Now generate ${QUESTIONS_PER_CALL} candidate question with answer. Your output should be presented as a JSON list:`;
}
