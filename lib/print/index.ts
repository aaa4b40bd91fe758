/** Tables and figures for print: LaTeX, PDF without a browser, PNG. */
export { type Contents, contentsOf, type Drawn, NUMBERS, type Numbers } from "./contents";
export { FORMATS, type Format, writeFigures } from "./write";
