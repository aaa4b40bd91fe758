import { expect, it } from "vitest";
import { followSteps } from "../../lib/notebook/steps";
import type { Step } from "../../lib/study/index";

const step = (name: string) => ({ name }) as Step;
const [first, second, third] = [step("a & b is trained"), step("two"), step("three")];
const planned = new Map([
  [first, 100],
  [second, 200],
  [third, 100],
]);

function follow() {
  const clock = { ms: 0 };
  return { clock, steps: followSteps(planned, () => clock.ms) };
}

it("says what is done, what runs, and how far that is", () => {
  const { steps } = follow();
  expect(steps.text()).toBe("0 of 3 steps done; starting …");
  steps.onEvent({ event: "start", step: first });
  steps.onEvent({ event: "progress", step: first, done: 0, total: 48 });
  steps.onEvent({ event: "start", step: second });
  expect(steps.text()).toBe("0 of 3 steps done\n- a & b is trained (0 of 48)\n- two ");
  steps.onEvent({ event: "done", step: first });
  expect(steps.text()).toMatch(/^1 of 3 steps done, about \d+ s to go\n- two $/);
});

it("compares the time that passed with the plan's: what is left takes as much longer as what is done did", () => {
  const { clock, steps } = follow();
  steps.onEvent({ event: "progress", step: second, done: 12, total: 24 });
  clock.ms = 50_000; // half of 200 s, as planned, took 50 s: the other 300 s will take 150 s
  expect(steps.text()).toContain("0 of 3 steps done, about 3 min to go");
  steps.onEvent({ event: "done", step: second });
  expect(steps.text()).toContain("1 of 3 steps done, about 50 s to go");
});

it("draws a bar for each step that runs, and escapes names", () => {
  const { steps } = follow();
  steps.onEvent({ event: "progress", step: first, done: 12, total: 48 });
  steps.onEvent({ event: "job", step: second, runtime: "gpu <1>", state: "submitted", text: "" });
  const html = steps.html();
  expect(html).toContain('<td style="text-align: left">a &amp; b is trained</td>');
  expect(html.match(/<progress max="1" value="([^"]+)">/g)).toEqual([
    '<progress max="1" value="0.250">',
    '<progress max="1" value="0.000">',
  ]);
  expect(html).toContain("waits on gpu &lt;1&gt;");
  steps.onEvent({ event: "failed", step: first, error: new Error("x") });
  expect(steps.html()).not.toContain("a &amp; b");
});
