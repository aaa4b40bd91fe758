import type { WrittenSample } from "./sample";

/**
 * A JSON list on one line with a blank after each comma and colon, as most models write it (and as Python's
 * json.dumps does), so that its frame is made of a few fixed phrases.
 */
export function listText(samples: readonly WrittenSample[]): string {
  const objects = samples.map(
    (s) =>
      `{"situation": ${JSON.stringify(s.situation)}, "question": ${JSON.stringify(s.question)}, ` +
      `"options": [${s.options.map((o) => JSON.stringify(o)).join(", ")}], ` +
      `"answer": ${JSON.stringify(s.answer)}, "rationale": ${JSON.stringify(s.rationale)}}`,
  );
  return `[${objects.join(", ")}]`;
}
