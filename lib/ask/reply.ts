import { z } from "zod";
import { WovError } from "../errors";

/** A line of an OpenAI batch output file, as far as the kit reads it. */
export const replyLine = z.object({
  custom_id: z.string(),
  response: z
    .object({
      status_code: z.number(),
      body: z.object({
        choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
        usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).optional(),
      }),
    })
    .nullable(),
  error: z.unknown(),
});
export type Reply = z.infer<typeof replyLine>;

/** What the model wrote; an empty text where it wrote nothing. */
export const replyText = (reply: Reply): string => reply.response?.body.choices[0]?.message.content ?? "";

/** Texts of replies by `custom_id`; an error names the line that is no reply. */
export function textsById(lines: readonly unknown[], where: string): Map<string, string> {
  const texts = lines.map((line, i) => {
    const reply = replyLine.safeParse(line);
    if (!reply.success) throw new WovError(`${where}, line ${i + 1}: not a line of a batch output file`, 2);
    return [reply.data.custom_id, replyText(reply.data)] as const;
  });
  return new Map(texts);
}

/** Tokens that replies used, prompts and completions; a reply that several items share counts once. */
export function tokensOf(lines: readonly unknown[]): { prompt: number; completion: number } {
  const paid = lines.filter((line) => !(line as { shared?: string }).shared);
  const used = paid.map((line) => (line as Reply).response?.body.usage);
  const sum = (key: "prompt_tokens" | "completion_tokens") => used.reduce((all, usage) => all + (usage?.[key] ?? 0), 0);
  return { prompt: sum("prompt_tokens"), completion: sum("completion_tokens") };
}
