"""The estimate of memory, for the paper's models on the cards that it names. Nothing here was measured on a GPU."""

import unittest

import torch
from loading import load_base
from lora import new_lora
from memory import ADAPTER_BYTES, GB, Shape, estimate, fit, halves, shape_of
from support import MODELS, SETTINGS

# From the models' configurations on the Hub; LoRA of rank 32 on the seven projections.
QWEN2_VL = Shape(int(16.58 * GB), 80_740_352, 28, 3584, 18944, 152064, 2)
MLLAMA = Shape(int(21.34 * GB), 83_886_080, 40, 4096, 14336, 128256, 2)
LLAVA = Shape(int(16.06 * GB), 80_740_352, 28, 3584, 18944, 152000, 2)
BATCH = [(250, 2)] * 32
RTX_4090, A100, H100 = 25.4 * GB, 42 * GB, 84 * GB  # usable bytes of 24, 40 and 80 GiB


class Memory(unittest.TestCase):
    def test_qwen2_vl_fits_24_gb_in_parts(self):
        found = fit(QWEN2_VL, BATCH, int(RTX_4090), None, None)
        self.assertTrue(found.checkpointing)
        self.assertIn(found.micro_batch, (8, 16))
        self.assertLess(found.bytes, RTX_4090)

    def test_a_large_card_keeps_activations(self):
        for shape in (QWEN2_VL, MLLAMA, LLAVA):
            found = fit(shape, BATCH, int(H100), None, None)
            self.assertFalse(found.checkpointing)
            self.assertGreaterEqual(found.micro_batch, 8)

    def test_mllama_fits_24_gb_at_no_size(self):
        with self.assertRaisesRegex(
            RuntimeError,
            r"training takes at least 23\.\d GB, 21\.3 GB of weights included, but 25\.4 GB are free\. "
            r"Take a card with more than 26 GB of free memory, or set `runtime\.dtype: nf4`",
        ):
            fit(MLLAMA, BATCH, int(RTX_4090), None, None)
        self.assertEqual(fit(MLLAMA, BATCH, int(A100), None, None).checkpointing, True)

    def test_another_process_on_the_card_counts(self):
        with self.assertRaisesRegex(RuntimeError, r"but 10\.0 GB are free"):
            fit(QWEN2_VL, BATCH, int(10 * GB), None, None)

    def test_what_the_user_asks_for_is_taken_or_refused(self):
        self.assertEqual(fit(QWEN2_VL, BATCH, int(H100), 4, True)[:2], (4, True))
        with self.assertRaises(RuntimeError):
            fit(QWEN2_VL, BATCH, int(RTX_4090), 32, False)

    def test_long_samples_make_small_passes(self):
        sizes = [fit(QWEN2_VL, [(length, 2)] * 32, int(RTX_4090), None, None).micro_batch for length in (250, 1000, 4000)]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertGreater(sizes[0], sizes[2])

    def test_the_loss_on_all_tokens_takes_the_output_layer_s_memory(self):
        tokens = 32 * 250
        answer, conversation = (estimate(QWEN2_VL, tokens, labels, True) for labels in (64, tokens))
        self.assertGreater(conversation - answer, 12 * GB)

    def test_halves(self):
        self.assertEqual(halves(32), [32, 16, 8, 4, 2, 1])
        self.assertEqual(halves(5), [5, 3, 2, 1])

    def test_the_shape_of_a_real_model(self):
        base = load_base(str(MODELS / "mllama"), "bfloat16")
        weights = sum(p.numel() for p in base.model.parameters()) * 2
        with new_lora(base, SETTINGS) as model:
            shape = shape_of(model)
            trained = sum(p.numel() for n, p in model.named_parameters() if "lora_" in n)
        self.assertEqual((shape.weights, shape.trained), (weights, trained))
        self.assertEqual((shape.layers, shape.hidden, shape.feed_forward, shape.width), (6, 128, 384, 2))
        added = estimate(shape, 0, 0, False) - estimate(Shape(weights, 0, 6, 128, 384, 405, 2), 0, 0, False)
        self.assertEqual(added, ADAPTER_BYTES * trained)
        self.assertEqual(base.model.dtype, torch.bfloat16)


if __name__ == "__main__":
    unittest.main()
