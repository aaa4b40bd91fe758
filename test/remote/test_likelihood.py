"""Log-probabilities of options: equal to those of one plain pass over prompt and option, on all tiny models."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import torch
from likelihood import read_options
from loading import load_base
from predict import answer, encode, predict
from support import MODELS, PROMPT, picture_request, request, write_lines

ASKED = f"Select the most appropriate course of initial action to take:\n\n{PROMPT}\nJust output the choice:"
TEXTS = ["Use the map.", "Take no action.", "Call for help at once, and wait for it."]
MODEL_NAMES = ("llama", "qwen2", "mllama", "qwen2-vl", "llava-onevision")


def options(name: str, letters: str = "ABC", texts: list[str] = TEXTS) -> dict:
    return {"custom_id": name, "letters": list(letters), "texts": texts}


@torch.inference_mode()
def plainly(base, one: dict, text: str) -> list[float]:
    """The log-probabilities of a text's tokens after a prompt: one token more per pass, nothing padded or cached."""
    inputs = encode(base, [one])
    values = []
    for token in base.tokenizer(text, add_special_tokens=False).input_ids:
        values.append(base.model(**inputs, use_cache=False).logits[0, -1].float().log_softmax(-1)[token].item())
        more = {"input_ids": torch.tensor([[token]])}
        for name in ("attention_mask", "mm_token_type_ids", "cross_attention_mask"):
            if name in inputs:
                more[name] = inputs[name][:, -1:]
        for name, value in more.items():
            inputs[name] = torch.cat([inputs[name], value], 1)
    return values


class Likelihood(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_equals_a_plain_pass(self):
        for name in MODEL_NAMES:
            base = load_base(str(MODELS / name), "float32")
            prompts = {"a": PROMPT, "b": "Look. " * 4 + PROMPT}
            batch = [request(name, prompt, max_tokens=2) for name, prompt in prompts.items()]
            if base.multimodal:
                batch = [picture_request(one, self.folder, 56, prompt, max_tokens=2) for one, prompt in prompts.items()]
            given = {"a": options("a"), "b": options("b", "AB", TEXTS[1:])}  # another number of options
            replies = answer(base.model, base, batch, encode(base, batch), "text", given)
            without = answer(base.model, base, batch, encode(base, batch))
            for one, line, other in zip(batch, replies, without):
                asked = given[one["custom_id"]]
                for letter, text in zip(asked["letters"], asked["texts"]):
                    with self.subTest(model=name, request=one["custom_id"], letter=letter):
                        found = line["likelihood"]
                        [value] = plainly(base, one, letter)
                        self.assertAlmostEqual(found["letter"][letter], value, delta=1e-4)
                        values = plainly(base, one, text)
                        self.assertAlmostEqual(found["text"][letter], sum(values) / len(values), delta=1e-4)
                self.assertEqual({**line, "likelihood": None}, {**other, "likelihood": None})

    def test_the_likeliest_letter_is_what_is_replied(self):
        base = load_base(str(MODELS / "qwen2-vl"), "float32")
        batch = [picture_request(f"{i}", self.folder, 112, ASKED) for i in range(12)]
        given = {one["custom_id"]: options(one["custom_id"], "ABCDE", TEXTS[:1] * 5) for one in batch}
        for line in answer(base.model, base, batch, encode(base, batch), "letter", given):
            values = line["likelihood"]["letter"]
            reply = line["response"]["body"]["choices"][0]["message"]["content"]
            self.assertEqual(max(values, key=values.get), reply[0])
            self.assertNotIn("text", line["likelihood"])

    def test_sampling_does_not_change_it(self):
        base = load_base(str(MODELS / "qwen2"), "float32")
        found = [
            answer(base.model, base, [one], encode(base, [one]), "letter", {"a": options("a")})[0]["likelihood"]
            for one in (request("a"), request("a", temperature=0.2, top_p=0.1, seed=3))
        ]
        self.assertEqual(*found)

    def test_a_letter_of_several_tokens(self):
        base = load_base(str(MODELS / "qwen2"), "float32")
        batch = [request("a"), request("b", PROMPT + "Look.")]
        given = {"a": options("a", ["Option A", "B", "C"]), "b": options("b")}
        self.assertGreater(len(base.tokenizer("Option A", add_special_tokens=False).input_ids), 1)
        replies = answer(base.model, base, batch, encode(base, batch), "letter", given)
        found = [line["likelihood"]["letter"] for line in replies]
        self.assertAlmostEqual(found[0]["Option A"], sum(plainly(base, batch[0], "Option A")), delta=1e-4)
        self.assertAlmostEqual(found[1]["C"], plainly(base, batch[1], "C")[0], delta=1e-4)

    def test_options_that_do_not_fit_the_requests(self):
        file = write_lines(self.folder / "o.jsonl", [options("a"), options("b", "AB")])
        self.assertEqual(read_options(file, [request("a")])["a"]["texts"], TEXTS)
        for name in "bc":
            with self.assertRaisesRegex(ValueError, f"o.jsonl: expected a line with letters .* for request '{name}'"):
                read_options(file, [request("a"), request(name)])

    def test_a_task_keeps_it_beside_its_replies(self):
        base = load_base(str(MODELS / "qwen2"), "float32")
        file = write_lines(self.folder / "q.jsonl", [request("a"), request("b")])
        task = {"name": "t", "adapter": None, "batch": 64, "tokens": None, "requests": file, "likelihood": "text"}
        task["options"] = write_lines(self.folder / "o.jsonl", [options("a", texts=["", *TEXTS[1:]]), options("b")])
        with contextlib.redirect_stdout(io.StringIO()):
            predict(base, {**task, "records": str(self.folder / "r.jsonl")})
        lines = [json.loads(line) for line in (self.folder / "r.jsonl").read_text().splitlines()]
        self.assertEqual([set(line["likelihood"]["letter"]) for line in lines], [set("ABC")] * 2)
        self.assertEqual([set(line["likelihood"]["text"]) for line in lines], [set("BC"), set("ABC")])  # one is empty


if __name__ == "__main__":
    unittest.main()
