import { expect } from "vitest";
import { rawIn } from "./attack";

/** The elements of an HTML text, and the attributes of each. */
const elementsOf = (html: string) =>
  [...html.matchAll(/<\/?([a-z][a-z0-9]*)([^>]*)>/gi)].map(([, name, rest]) => [name!, rest!] as const);

const KNOWN =
  /^(html|head|meta|link|title|body|header|nav|main|section|article|h1|h2|h3|p|a|b|i|span|code|small|div|details|summary|pre|ol|ul|li|br|figure|figcaption|img|table|caption|thead|tbody|tr|th|td|svg|g|path|line|rect|text|image|tspan|defs|clipPath)$/;

/** No element but the kit's own, no script but those named, no event handler, and no picture from elsewhere. */
export function expectOwnElements(html: string, scripts: readonly string[] = []) {
  expect(rawIn(html)).toBeNull();
  const elements = elementsOf(html);
  expect(elements.length).toBeGreaterThan(0);
  expect([...new Set(elements.map(([name]) => name))].filter((name) => !KNOWN.test(name))).toEqual(
    scripts.length > 0 ? ["script"] : [],
  );
  const sources = elements.flatMap(([name, attributes]) =>
    name === "script" && attributes ? [attributes.trim()] : [],
  );
  expect(sources).toEqual(scripts);
  for (const [name, attributes] of elements) {
    expect(attributes.replace(/"[^"]*"/g, "")).not.toMatch(/\son\w+=/); // values may have anything but quotes
    if (name === "img")
      expect(attributes).toMatch(/ src="(data:image\/png;base64,|pictures\/\d+\.png"|[a-z0-9-]+\.svg")/);
  }
}
