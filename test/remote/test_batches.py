"""Batches: within a budget of tokens, halved where memory is short, and the same in every run."""

import contextlib
import io
import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import torch
from batches import batches, divided, padded_tokens
from loading import load_base
from predict import encode, predict
from support import MODELS, PROMPT, picture_request, request, write_lines


class Limited(torch.nn.Module):
    """A model that runs out of memory with more than so many rows, and notes what it was asked."""

    def __init__(self, model: torch.nn.Module, most: int):
        super().__init__()
        self.inner, self.most = model, most
        self.device, self.dtype = model.device, model.dtype
        self.tried: list[int] = []
        self.shapes: list[tuple[int, int]] = []  # of those that succeeded

    def generate(self, input_ids: torch.Tensor, **rest):
        self.tried.append(len(input_ids))
        if len(input_ids) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.shapes.append(tuple(input_ids.shape))
        return self.inner.generate(input_ids=input_ids, **rest)


class Batches(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = load_base(str(MODELS / "qwen2"), "float32")

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_task(self, requests: list[dict], most: int = 1000, base=None, name: str = "r", **task):
        """The replies by id, the model that was asked, and the events, also if the task fails."""
        base = base or self.base
        model = Limited(base.model, most)
        file = write_lines(self.folder / "q.jsonl", requests)
        given = {"name": "t", "adapter": None, "batch": 64, "tokens": None, "likelihood": None, "options": None, **task}
        records = self.folder / f"{name}.jsonl"
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                predict(replace(base, model=model), {**given, "requests": file, "records": str(records)})
        finally:
            self.events = [json.loads(line) for line in out.getvalue().splitlines()]
        lines = [json.loads(line) for line in records.read_text().splitlines()]
        return {line["custom_id"]: line for line in lines}, model

    def warnings(self) -> list[str]:
        return [event["message"] for event in self.events if event["event"] == "warning"]

    def test_the_budget_counts_padding_and_new_tokens(self):
        requests = [request(f"{i}", PROMPT + "Look. " * i, max_tokens=4) for i in range(20)]
        whole, model = self.run_task(requests)
        self.assertEqual(model.tried, [20])
        width = model.shapes[0][1]
        parts, model = self.run_task(requests, name="parts", tokens=6 * (width + 4))
        self.assertEqual(model.tried, [5, 5, 5, 5])
        self.assertEqual(parts, whole)

    def test_pictures_that_have_more_tokens_than_the_probe(self):
        base = load_base(str(MODELS / "qwen2-vl"), "float32")
        sizes = [112, 56, 112, 56, 56, 112, 112, 56]
        requests = [picture_request(f"{i}", self.folder, size, max_tokens=4) for i, size in enumerate(sizes)]
        large, small = (padded_tokens(some, encode(base, some)) for some in (requests[:1], requests[1:2]))
        self.assertLess(small, large)
        budget = 8 * small  # the last one is small: it would let all eight into one batch
        self.assertLess(budget, 8 * large)
        parts, model = self.run_task(requests, base=base, tokens=budget)
        self.assertGreater(len(model.shapes), 1)
        for rows, width in model.shapes:
            self.assertLessEqual(rows * (width + 4), budget)
        whole, _ = self.run_task(requests, base=base, name="whole")
        self.assertEqual(parts, whole)

    def test_a_request_above_the_budget_is_alone(self):
        _, model = self.run_task([request(f"{i}") for i in range(3)], tokens=1)
        self.assertEqual(model.tried, [1, 1, 1])

    def test_out_of_memory_halves_and_warns_once_per_size(self):
        requests = [request(f"{i:02}", PROMPT + "!" * (i // 16), max_tokens=2) for i in range(48)]
        whole, _ = self.run_task(requests, batch=16)
        halved, model = self.run_task(requests, name="halved", batch=16, most=5)
        self.assertEqual(halved, whole)
        # After the first failures, as many or more rows that are as long are not tried again.
        self.assertEqual(model.tried, [16, 8, *[4] * 12])
        sizes = [message.split(" requests")[0] for message in self.warnings()]
        self.assertEqual(sizes, ["out of memory with 16", "out of memory with 8"])

    def test_out_of_memory_with_one_request(self):
        message = "out of memory with request 'a' alone, which takes 45 tokens.*smaller picture"
        with self.assertRaisesRegex(RuntimeError, message):
            self.run_task([request("b", PROMPT + "?"), request("a")], most=0)

    def test_an_interrupted_run_has_the_same_batches(self):
        """Sampling shows it: other batches would have other samples."""
        requests = [request(f"{i}", PROMPT + "Look. " * i, temperature=1, seed=i, max_tokens=6) for i in range(14)]
        for how in ({"tokens": 250}, {"most": 3}):
            with self.subTest(**how):
                whole, model = self.run_task(requests, name=f"whole {how}", **how)
                self.assertGreater(len(model.shapes), 3)
                first = [whole[name] for name in list(whole)[: len(whole) // 2]]
                write_lines(self.folder / f"again {how}.jsonl", first)
                again, model = self.run_task(requests, name=f"again {how}", **how)
                self.assertEqual(again, whole)
                self.assertLess(len(model.shapes), 8)

    def test_progress_counts_new_tokens(self):
        replies, _ = self.run_task([request(f"{i}", max_tokens=3) for i in range(4)], batch=2)
        used = [line["response"]["body"]["usage"]["completion_tokens"] for line in replies.values()]
        progress = [(event["done"], event["tokens"]) for event in self.events if event["event"] == "progress"]
        self.assertEqual(progress, [(0, 0), (2, sum(used[:2])), (4, sum(used))])

    def test_order_and_kinds(self):
        requests = [request("long", PROMPT * 2), request("b"), request("hot", temperature=1), request("a")]
        names = [[one["custom_id"] for one in batch] for batch in batches(requests, 2)]
        self.assertEqual(names, [["a", "b"], ["long"], ["hot"]])
        self.assertEqual(divided([1, 2, 3, 4, 5], 2), [[1, 2, 3], [4, 5]])


if __name__ == "__main__":
    unittest.main()
