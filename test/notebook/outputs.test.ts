import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { readNotebook } from "../whole/notebook";

const folder = join(projectRoot(), "notebooks");

const names = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));

/** JupyterLab opens a committed notebook as one that it does not trust, and removes style sheets and scripts from it. */
it.each(names)("%s needs no style sheet", (file) => {
  const outputs = readNotebook(join(folder, file)).cells.flatMap(({ outputs = [] }) => outputs);
  const html = outputs.flatMap(({ data }) => [data?.["text/html"] ?? []].flat()).join("");
  expect(/<(?:style|script|link|iframe)\b/.exec(html)?.[0]).toBeUndefined();
  expect([...html.matchAll(/class="([^"]*)"/g)].map(([, name]) => name).filter((name) => name !== "item")).toEqual([]);
});

/** JupyterLab opens a file that a link names, but no folder. */
it.each(names)("%s links to files of the project", (file) => {
  const texts = readNotebook(join(folder, file)).cells.filter(({ cell_type }) => cell_type === "markdown");
  const links = texts.flatMap(({ source }) =>
    [...source.join("").matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, to]) => to!),
  );
  for (const to of links)
    expect([to, statSync(join(folder, to), { throwIfNoEntry: false })?.isFile()]).toEqual([to, true]);
});
