import { escapeControls } from "./escape";

/** What a progress bar writes between its texts, each by itself: it moves or hides the cursor, or clears a line. */
const isCursor = (chunk: string): boolean =>
  chunk === "\r" || (chunk[0] === "\u001b" && /^(?:[78]|\[[?\d;]*[A-DGJKhl])$/.test(chunk.slice(1)));

type Write = (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;

/**
 * Has all text that is written to a stream of this process escaped, whoever wrote it: replies, categories, messages of
 * servers and logs of jobs must not control the terminal of those who read them.
 */
export function guardTerminal(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as Write;
  const guarded: Write = (chunk, ...rest) =>
    write(typeof chunk === "string" && !isCursor(chunk) ? escapeControls(chunk) : chunk, ...rest);
  stream.write = guarded as typeof stream.write;
}
