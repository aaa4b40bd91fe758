import { escapeControls } from "../../escape";

type Child = Node | string | number | false | undefined;
type Listener = (event: Event) => void;

/** Attributes by name; `on…` are listeners, and true is an attribute without a value. */
export type Attributes = Record<string, string | number | boolean | undefined | Listener>;

/**
 * Makes an element. Strings become text, never HTML: they may have been written by models. Attributes come from the
 * page's own code.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, escapeControls(String(value)));
  }
  element.append(...children.filter((one) => one !== false && one !== undefined).map(toNode));
  return element;
}

const toNode = (child: Exclude<Child, false | undefined>): Node =>
  child instanceof Node ? child : document.createTextNode(escapeControls(String(child)));

/** A choice among options, as a native list with a label. */
export function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  value: string,
  onChange: (value: string) => void,
): HTMLLabelElement {
  const list = h("select", { onchange: () => onChange(list.value) });
  list.append(...options.map(([one, text]) => h("option", { value: one }, text)));
  list.value = value;
  return h("label", { class: "field" }, h("span", {}, label), list);
}

/** A field for words to look for; listeners hear of each change. */
export function search(label: string, value: string, onChange: (value: string) => void): HTMLLabelElement {
  const input = h("input", { type: "search", value, oninput: () => onChange(input.value) });
  return h("label", { class: "field search" }, h("span", {}, label), input);
}

/** Buttons of which one is pressed, each with a count. */
export function choices(
  label: string,
  all: readonly (readonly [value: string, text: string, count: number])[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLDivElement {
  const button = ([value, text, count]: (typeof all)[number]) =>
    h(
      "button",
      {
        type: "button",
        class: `choice ${value}`,
        "aria-pressed": String(value === chosen),
        onclick: () => onChange(value),
      },
      text,
      " ",
      h("span", { class: "count" }, count.toLocaleString("en")),
    );
  return h("div", { class: "choices", role: "group", "aria-label": label }, ...all.map(button));
}

/** A command with a button that copies it. */
export function command(text: string): HTMLElement {
  const button = h("button", { type: "button", class: "copy", onclick: () => void copy() }, "Copy");
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 1500);
  };
  const canCopy = navigator.clipboard !== undefined;
  return h("p", { class: "command" }, h("code", {}, text), canCopy && button);
}

export const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;

/** Whether the window is that of a phone, where tables have room for their first columns only. */
export const isNarrow = (): boolean => matchMedia("(max-width: 600px)").matches;

/** Its rows have links, so its frame need not take the focus, which would break the roles of a grid. */
export const fixRoles = (table: HTMLElement): void =>
  table.querySelector(".tabulator-tableholder")?.removeAttribute("tabindex");

/** The element that a part of the page is built in. */
export const appElement = (id: string): HTMLElement | null => document.getElementById(id);

/** Changes the address without a new entry in the history. */
export function replaceRoute(hash: string): void {
  if (location.hash !== hash) location.replace(hash);
}
