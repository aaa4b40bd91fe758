import type { DrawPicture, Item } from "../benchmark/index";
import { escapeHtml } from "../escape";
import type { Results } from "../study/index";
import { answersOf } from "./items";

const SIDE = 300;
const WIDTH = 860;
const LINE = 24;

/** The first of the items that most VLMs had wrong before training and right after it. */
function mostChangedItem(results: Results): Item {
  const turned = results.items.map(
    (item) =>
      answersOf(results, item).filter(({ before, after }) => before !== item.gold && after === item.gold).length,
  );
  return results.items[turned.indexOf(turned.reduce((most, count) => Math.max(most, count), 0))]!;
}

/** One item with the VLMs' answers before and after training on text alone, as SVG: the study in a picture. */
export async function beforeAfter(
  results: Results,
  draw: DrawPicture,
  item: Item = mostChangedItem(results),
): Promise<string> {
  const picture = (await draw(item.index, 2 * SIDE))?.toString("base64") ?? "";
  const options = item.options.map(({ letter, text }) => ({ text: `${letter}. ${text}`, right: letter === item.gold }));
  const verdict = (letter: string) => `${letter} ${letter === item.gold ? "✓" : "✗"}`;
  const answers = answersOf(results, item).map(
    ({ label, before, after }) => `${label}: ${verdict(before)} before, ${verdict(after)} after`,
  );
  const lines = [
    { text: "What should one do first?", bold: true },
    ...options.map(({ text, right }) => ({ text, bold: right, colour: right ? "#00694d" : undefined })),
    { text: "", bold: false },
    { text: "What the VLMs chose, before and after training", bold: true },
    ...answers.map((text) => ({ text, bold: false })),
  ];
  const texts = lines.map(({ text, bold, ...rest }, i) => {
    const colour = ("colour" in rest && rest.colour) || "#222";
    const y = 40 + i * LINE;
    return `<text x="${SIDE + 50}" y="${y}" fill="${colour}"${bold ? ' font-weight="bold"' : ""}>${escapeHtml(text)}</text>`;
  });
  const height = Math.max(SIDE + 40, 40 + lines.length * LINE);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="14">` +
    `<rect width="100%" height="100%" fill="white"/><image x="20" y="20" width="${SIDE}" height="${SIDE}" ` +
    `href="data:image/png;base64,${picture}"/>${texts.join("")}</svg>\n`
  );
}
