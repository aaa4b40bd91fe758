/** A mark in the text: `<think>`, `</think>`, `[THINK]`, `◁/think▷`, `<|END_THINKING|>`, `<|begin_of_thought|>`, … */
const mark = /(?:<\|?|\[|◁)(\/?)([\w:.-]{1,60})(?:\s[^<>[\]◁▷]{0,200})?(?:\|?>|\]|▷)/g;
const aboutThinking =
  /think|thought|reason|reflect|scratchpad|analysis|rationale|monologue|(?:^|[^a-z])cot(?:[^a-z]|$)/i;
const ending = /(?:^|[_:-])end(?:[_:-]|$)/i;

/**
 * The reply without the model's thinking, trimmed. Empty if the thinking was never closed, since nothing said in it is
 * an answer. A thought that is closed without having been opened, or twice, reaches back to the start of the reply.
 */
export function withoutThinking(reply: string): string {
  const text = finalChannel(reply);
  let outside = "";
  let from = 0;
  let open = false;
  const kinds = new Map<string, "opens" | "closes" | "other">(); // a reply may repeat a mark very often
  for (const found of text.matchAll(mark)) {
    const [whole, slash, name] = found as unknown as [string, string, string];
    const key = `${whole[0]}${slash}${name}`;
    if (!kinds.has(key)) kinds.set(key, kindOf(whole, slash, name));
    const kind = kinds.get(key);
    if (kind === "other") continue;
    const closes = kind === "closes";
    if (closes && !open) outside = "";
    if (!closes && !open) outside += `${text.slice(from, found.index)}\n`;
    open = !closes;
    from = (found.index ?? 0) + whole.length;
  }
  return open ? "" : (outside + text.slice(from)).trim();
}

function kindOf(mark: string, slash: string, name: string): "opens" | "closes" | "other" {
  const isMark = mark.startsWith("[") ? name === "THINK" : aboutThinking.test(name);
  return !isMark ? "other" : slash === "/" || ending.test(name) ? "closes" : "opens";
}

/**
 * gpt-oss (harmony) and Gemma write in channels; only the final one is the answer. Some servers drop the special
 * tokens and leave the names of the channels: `analysisWe need to …assistantfinalB`.
 */
function finalChannel(reply: string): string {
  const parts = reply.split("<|message|>");
  if (parts.length > 1) {
    const isFinal = parts
      .slice(0, -1)
      .map((part) => /\bfinal(?:\s*(?:<\|constrain\|>)?\s*\w+)?\s*$/.test(part.slice(-80)));
    const last = isFinal.lastIndexOf(true);
    return last < 0 ? "" : (parts[last + 1]?.split("<|", 1)[0] ?? "");
  }
  if (reply.includes("<|channel>"))
    return reply.includes("<channel|>") ? reply.slice(reply.lastIndexOf("<channel|>") + 10) : "";
  if (/^\s*analysis(?=\p{Lu})/u.test(reply)) {
    const start = reply.lastIndexOf("assistantfinal");
    return start < 0 ? "" : reply.slice(start + "assistantfinal".length);
  }
  return reply;
}
