import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { claims, table1, table2 } from "../../lib/show/index";
import { readResultsFile } from "../../lib/study/index";

const root = projectRoot();
const results = readResultsFile(join(root, "data/pocket/seeds.json"));
const world = readFileSync(join(root, "data/pocket/WORLD.md"), "utf8");

/** "+9.2* (+7.4 to +11.0)" of "83.24 (+9.2*; +7.4 to +11.0)" */
const gainOf = (cell: unknown) => /\((.*); (.*)\)/.exec(String(cell))?.slice(1).join(" (").concat(")");

/** The table of WORLD.md, as it follows from the committed answers. */
function expectedRows(): string[] {
  const [pilot, trained] = [table1(results).rows, table2(results).rows];
  const before = pilot.filter(({ input }) => input === "picture");
  return before.map(({ model, accuracy, gap }) => {
    const rows = trained.filter((row) => row.model === model);
    const [teacher, written, checked] = [/^Teacher/, /^(?!.*self-checked).*own base/, /self-checked/].map((source) =>
      rows.find((row) => source.test(String(row.source))),
    );
    const [name, build] = String(model).split(" (tiny)");
    const label = build ? `${name}, second build` : name;
    const gains = [teacher!["500"], teacher!["1000"], teacher!["2000"], written!["1000"], checked!["1000"]];
    return `| ${[label, accuracy, String(gap).split(" ")[0], ...gains.map(gainOf)].join(" | ")} |`;
  });
}

describe("the committed answers over seeds and builds", () => {
  it("are of two builds, five seeds, and the whole of each cell", () => {
    expect(results.seeds).toHaveLength(5);
    expect(Object.keys(results.bases)).toHaveLength(6);
    for (const cell of results.cells) expect(results.get(cell)).toMatchObject({ items: 1240 });
  });

  it("give the table of WORLD.md", () => {
    const shown = world.split("\n").filter((line) => /^\| (Mllama|Qwen2-VL|LLaVA)/.test(line));
    expect(shown).toEqual(expectedRows());
  });

  it("show what WORLD.md says they show, and not what it says they do not", () => {
    const found = claims(results).map(({ claim, vlms }) => [claim.slice(0, 60), vlms.holds]);
    expect(found).toMatchInlineSnapshot(`
      [
        [
          "Each VLM, seeing the pictures, is less accurate than its bas",
          6,
        ],
        [
          "Training on the teacher's text alone raises accuracy on pict",
          6,
        ],
        [
          "More of the teacher's samples raise accuracy more (500 again",
          6,
        ],
        [
          "Training on text from the VLM's own base language model, as ",
          5,
        ],
        [
          "Text from its own base model, as written, is only marginally",
          5,
        ],
        [
          "Training on text from the VLM's own base language model, sel",
          6,
        ],
        [
          "Text from its own base model, self-checked, is only marginal",
          5,
        ],
        [
          "The gain comes from the teacher's answers and needs the righ",
          0,
        ],
      ]
    `);
  });

  it("have every difference between 500 and 2,000 of the teacher's samples above 0, in each seed", () => {
    for (const model of Object.keys(results.bases))
      for (const seed of results.seeds) {
        const [few, many] = [500, 2000].map((size) => {
          const trained = { source: results.teacher, size, seed };
          return results.get({ model, input: "picture", variant: "plain", trained })!.correct;
        });
        expect([model, seed, many! > few!]).toEqual([model, seed, true]);
      }
  });
});
