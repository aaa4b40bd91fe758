import { expect, test } from "vitest";
import { withoutThinking } from "../../lib/ask/index";

test.each([
  ["<think>A or B?</think>C", "C"],
  ["<thinking>A?</thinking>\n\nC", "C"],
  ["<Reasoning>A?</Reasoning><answer>C</answer>", "<answer>C</answer>"],
  ["[THINK]A?[/THINK]C", "C"],
  ["◁think▷A?◁/think▷C", "C"],
  ["<seed:think>A?</seed:think>C", "C"],
  ["<|thinking|>A?<|/thinking|>C", "C"],
  ["<|START_THINKING|>A?<|END_THINKING|>C", "C"],
  ["<|begin_of_thought|>A?<|end_of_thought|>C", "C"],
  ['<think type="long">A?</think>C', "C"],
  ["C\n<reasoning>because</reasoning>", "C"],
  ["First I think.<think>A?</think>C", "First I think.\nC"],
])("the thought is removed from %j", (reply, rest) => {
  expect(withoutThinking(reply)).toBe(rest);
});

test.each([
  ["A?</think>C", "C"],
  ["<think>A?</think>No, B.</think>C", "C"],
  ["<think>A <think>B</think> and so on</think>C", "C"],
])("a thought closed without an opening, or twice, reaches back to the start: %j", (reply, rest) => {
  expect(withoutThinking(reply)).toBe(rest);
});

test.each([
  "<think>The answer is C.",
  "[THINK]C",
  "◁think▷C",
  "<think>A</think><think>C",
  "<think>A <|channel|>",
  "<think>",
  "",
  "<think>C</think>",
  "<|channel|>analysis<|message|>The answer is C.",
  "<|channel|>analysis<|message|>The answer is C.<|end|><|start|>assistant<|channel|>final",
  "analysisWe choose C",
  "<|channel>thought\nC",
])("nothing is left of %j", (reply) => {
  expect(withoutThinking(reply)).toBe("");
});

test.each([
  ["<|channel|>analysis<|message|>A?<|end|><|start|>assistant<|channel|>final<|message|>C<|return|>", "C"],
  ["<|channel|>analysis<|message|>A?<|end|><|channel|>commentary<|message|>B<|end|><|channel|>final<|message|>C", "C"],
  ["<|start|>assistant<|channel|>final<|constrain|>json<|message|>{}<|return|>", "{}"],
  ["<|channel|>final<|message|>The choice is C: that is final", "The choice is C: that is final"],
  ["analysis<|message|>A?<|end|>assistant final<|message|>C", "C"],
  ["analysisWe choose between A and B.assistantfinalC", "C"],
  ["<|channel>thought\nA?<channel|>C", "C"],
])("only the final channel is left of %j", (reply, rest) => {
  expect(withoutThinking(reply)).toBe(rest);
});

test.each([
  "C",
  "I think C.",
  "analysis of the options: C",
  "[Analysis] C",
  "a <b> c",
  '{"answer": "C"}',
  "[think](x) C",
])("%j has no thought", (reply) => {
  expect(withoutThinking(reply)).toBe(reply);
});

test.each(["<think>", "</think>", "<", "<|", "[", "<think ", "<|message|>", "<think a", "analysisA", "◁"])(
  "a megabyte of %j takes no time",
  (text) => {
    const reply = text.repeat(2 ** 20 / text.length);
    const times = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage(); // not the clock: the machine may be busy
      withoutThinking(reply);
      return process.cpuUsage(before).user / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  },
);
