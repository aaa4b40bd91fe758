import { h } from "./dom";

/** What the colours of the item browser mean, and its keys. */
export const itemLegend = (): HTMLElement =>
  h(
    "p",
    { class: "legend" },
    h("span", { class: "swatch right" }),
    "right ",
    h("span", { class: "swatch wrong" }),
    "wrong ",
    h("span", { class: "swatch unparsed" }),
    "unparsed",
    h(
      "span",
      { class: "keys" },
      "Keys: ",
      h("kbd", {}, "j"),
      " ",
      h("kbd", {}, "k"),
      " next and previous item, ",
      h("kbd", {}, "s"),
      " next system, ",
      h("kbd", {}, "/"),
      " search",
    ),
  );
