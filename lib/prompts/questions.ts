/** A question as the generation prompt (Figure 4) asks for it, with labelled options: "A. Call for help." */
export interface WrittenQuestion {
  situation: string;
  question: string;
  options: string[];
  answer: string;
  rationale: string;
}

/**
 * Questions as a JSON list on one line with a space after each comma and colon, as most models write it (and
 * as Python's json.dumps does): the examples of the generation prompt, and what a reply to it looks like.
 */
export function renderQuestions(questions: readonly WrittenQuestion[]): string {
  const objects = questions.map(
    (q) =>
      `{"situation": ${JSON.stringify(q.situation)}, "question": ${JSON.stringify(q.question)}, ` +
      `"options": [${q.options.map((option) => JSON.stringify(option)).join(", ")}], ` +
      `"answer": ${JSON.stringify(q.answer)}, "rationale": ${JSON.stringify(q.rationale)}}`,
  );
  return `[${objects.join(", ")}]`;
}
