"""Prediction: greedy is greedy, sampling is seeded, and the settings that are used are reported."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

from decoding import decoding
from loading import load_base
from predict import answer, encode, predict
from support import MODELS, PROMPT, copy_model, request, write_lines

# What a model may bring with it. Each one alone changes a greedy reply or turns greedy decoding off.
MEDDLING = {
    "repetition_penalty": 1.5,
    "no_repeat_ngram_size": 2,
    "do_sample": True,
    "temperature": 0.3,
    "top_k": 3,
    "top_p": 0.2,
    "min_new_tokens": 20,
    "num_beams": 3,
    "suppress_tokens": [32, 33, 34, 35, 36, 65, 66, 67, 68, 69],
}
LIST = "Write one new question as a JSON list:"


def texts(base, requests: list[dict]) -> list[str]:
    replies = answer(base.model, base, requests, encode(base, requests))
    return [line["response"]["body"]["choices"][0]["message"]["content"] for line in replies]


class Generation(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.plain = load_base(str(MODELS / "qwen2"), "float32")

    def test_a_model_cannot_change_decoding(self):
        sampled = {"temperature": 1, "seed": 3, "max_tokens": 40}
        for name, value in MEDDLING.items():
            other = load_base(copy_model("qwen2", self.folder / name, {name: value}), "float32")
            for one in (request("a"), request("b", LIST, max_tokens=40), request("c", LIST, **sampled)):
                with self.subTest(setting=name, request=one["custom_id"]):
                    self.assertEqual(texts(other, [one]), texts(self.plain, [one]))

    def test_mllama_keeps_use_cache(self):
        self.assertIs(load_base(str(MODELS / "mllama"), "float32").generation["use_cache"], False)
        self.assertIs(self.plain.generation["use_cache"], True)

    def test_end_tokens_are_those_of_the_model(self):
        ends = [257, 65]
        other = load_base(copy_model("qwen2", self.folder / "ends", {"eos_token_id": ends}), "float32")
        self.assertEqual(other.generation["eos_token_id"], ends)

    def test_sampling_depends_on_the_seed_alone(self):
        def sampled(seed: int) -> list[str]:
            return texts(self.plain, [request("a", LIST, temperature=1, seed=seed, max_tokens=40)])

        first = sampled(1)
        self.assertEqual(sampled(1), first)
        self.assertNotEqual(sampled(2), first)

    def test_requests_are_decoded_as_they_say(self):
        self.assertEqual(decoding(request("a")), {"max_new_tokens": 24, "do_sample": False})
        self.assertEqual(
            decoding(request("a", temperature=0.5, top_p=0.9, max_completion_tokens=7)),
            {"max_new_tokens": 7, "do_sample": True, "temperature": 0.5, "top_p": 0.9, "top_k": 0},
        )
        with self.assertRaisesRegex(ValueError, "request 'a': a job does not support frequency_penalty, stop"):
            decoding(request("a", stop=["\n"], frequency_penalty=1))

    def test_settings_are_reported(self):
        requests = [request("a"), request("b", PROMPT + "?"), request("c", LIST, temperature=1, seed=3)]
        task = {"name": "t", "adapter": None, "batch": 2, "tokens": None, "likelihood": None}
        task["records"] = str(self.folder / "records.jsonl")
        task["requests"] = write_lines(self.folder / "requests.jsonl", requests)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            predict(self.plain, task)
        events = [json.loads(line) for line in out.getvalue().splitlines()]
        self.assertEqual(
            [event for event in events if event["event"] == "settings"],
            [
                {
                    "event": "settings",
                    "task": "t",
                    "date": "26 Jul 2024",
                    "generation": {
                        "bos_token_id": 258,
                        "eos_token_id": 257,
                        "pad_token_id": 256,
                        "use_cache": True,
                        "num_beams": 1,
                        "repetition_penalty": 1.0,
                        "no_repeat_ngram_size": 0,
                        "decodings": [
                            {"do_sample": False, "max_new_tokens": 24},
                            {"do_sample": True, "max_new_tokens": 24, "temperature": 1, "top_p": 1.0, "top_k": 0},
                        ],
                    },
                }
            ],
        )


if __name__ == "__main__":
    unittest.main()
