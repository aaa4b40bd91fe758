import type { JobEvent } from "./job";

/** The events in lines of JSON; other lines, which a library may have printed, are left out. */
export const parseEvents = (text: string): JobEvent[] =>
  text.split("\n").flatMap((line) => {
    const event = parseEvent(line);
    return event ? [event] : [];
  });

/** The event in a line, if there is one. */
export function parseEvent(line: string): JobEvent | undefined {
  try {
    const value = JSON.parse(line) as JobEvent;
    return typeof value?.event === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
