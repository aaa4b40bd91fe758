"""The type of weights follows what the card can compute in. The cards are made up: no GPU is needed."""

import contextlib
import io
import unittest

import torch
from weights import loading_options


class Weights(unittest.TestCase):
    def test_a_card_without_bfloat16_takes_float16_and_says_so(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(loading_options("bfloat16", "cuda", has_bfloat16=False), {"dtype": torch.float16})
            self.assertEqual(loading_options("bfloat16", "cuda", has_bfloat16=True), {"dtype": torch.bfloat16})
            self.assertEqual(loading_options("float32", "cuda", has_bfloat16=False), {"dtype": torch.float32})
            self.assertEqual(loading_options("bfloat16", "cpu"), {"dtype": torch.bfloat16})
        self.assertEqual(out.getvalue().count("float16 is used instead"), 1)

    def test_4_bits_need_a_gpu_and_a_package(self):
        with self.assertRaisesRegex(RuntimeError, "need an NVIDIA GPU"):
            loading_options("nf4", "cpu")
        with self.assertRaisesRegex(RuntimeError, "need the package bitsandbytes"):
            loading_options("nf4", "cuda", has_bfloat16=True)


if __name__ == "__main__":
    unittest.main()
