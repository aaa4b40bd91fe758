/** Tables and figures for print: LaTeX, PDF without a browser, PNG. */
export { FORMATS, type Format, NUMBERS, type Numbers } from "./choices";
export { type Contents, contentsOf, type Drawn, evidenceOf } from "./contents";
export { type Origin, originOf, originOfFile } from "./origin";
export { toPng } from "./render";
export { writeFigures } from "./write";
