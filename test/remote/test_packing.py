"""Packed rows give the losses and gradients of padded rows, on each of the paper's architectures."""

import unittest

import torch
from loading import load_base
from micro_batches import label_count, loss_sum, micro_batches, packed, padded
from packing import TOLERANCE, packing_difference, position_axes, some_sample
from support import MODELS
from training_tokens import IGNORED, Sample

AXES = {"mllama": 1, "qwen2-vl": 4, "llava-onevision": 1}
LENGTHS = (5, 11, 8, 30)


class Packing(unittest.TestCase):
    def test_equals_padding_on_the_paper_s_architectures(self):
        for model, axes in AXES.items():
            with self.subTest(model=model):
                # In float64, so that nothing but a leak can differ; tiny models are tried in float32 below.
                base = load_base(str(MODELS / model), "float32")
                self.assertLessEqual(packing_difference(base.model.double(), axes), 1e-9)

    def test_finds_that_qwen2_vl_leaks_without_a_fourth_axis(self):
        base = load_base(str(MODELS / "qwen2-vl"), "float32")
        self.assertGreater(packing_difference(base.model, 1), 10 * TOLERANCE)

    def test_the_axes_are_found_by_trying(self):
        for model, axes in AXES.items():
            config = load_base(str(MODELS / model), "float32").model.config
            self.assertEqual(position_axes(config), (axes, None))

    def test_an_architecture_that_cannot_be_tried_is_padded(self):
        from transformers import BertConfig

        axes, reason = position_axes(BertConfig())
        self.assertEqual(axes, 0)
        self.assertIn("bert", reason)


class Inputs(unittest.TestCase):
    def test_batches_are_divided_by_length(self):
        parts = micro_batches([some_sample(length) for length in LENGTHS], 3)
        self.assertEqual([[len(sample.ids) for sample in part] for part in parts], [[5, 8, 11], [30]])

    def test_padding_has_no_label(self):
        one, other = Sample("a", [7, 8, 9], [IGNORED, 8, 9]), Sample("b", [7, 8], [IGNORED, 8])
        inputs, labels = padded([one, other], 0, torch.device("cpu"))
        self.assertEqual(inputs["attention_mask"].tolist(), [[1, 1, 1], [1, 1, 0]])
        self.assertEqual(labels.tolist(), [[IGNORED, 8, 9], [IGNORED, 8, IGNORED]])
        self.assertEqual(label_count([one, other]), 3)

    def test_no_sample_is_predicted_from_the_one_before_it(self):
        inputs, labels = packed([Sample("a", [7, 8], [7, 8]), Sample("b", [5, 6], [5, 6])], 4, torch.device("cpu"))
        self.assertEqual(inputs["position_ids"].tolist(), [[[0, 1, 0, 1]]] * 4)
        self.assertEqual(labels.tolist(), [[IGNORED, 8, IGNORED, 6]])

    def test_the_loss_is_the_model_s_own(self):
        base = load_base(str(MODELS / "llava-onevision"), "float32")
        inputs, labels = padded([some_sample(length) for length in LENGTHS], 0, torch.device("cpu"))
        with torch.no_grad():
            mean = base.model(**inputs, labels=labels).loss.item()
            ours = loss_sum(base.model, inputs, labels).item() / sum(length - 1 for length in LENGTHS)
        self.assertAlmostEqual(ours, mean, places=5)


if __name__ == "__main__":
    unittest.main()
