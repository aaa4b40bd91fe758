"""LoRA lies on the whole language model and on nothing else, for tiny models of many real architectures."""

import unittest

import torch
from lora import new_lora, trained
from loading import Base
from micro_batches import loss_sum, padded
from packing import TOLERANCE, packing_difference, some_sample
from support import SETTINGS
from tiny_config import tiny_model
from transformers import AutoConfig

MROPE = {"rope_theta": 1e6, "rope_type": "default", "mrope_section": [16, 24, 24]}
# Configuration classes, with what their defaults lack of a real configuration; and the axes that packing needs.
TRAINED = {
    "mllama": ({}, 1),
    "qwen2_vl": ({"text_config": {"rope_parameters": MROPE}}, 4),
    "llava_onevision": ({}, 1),
    "qwen2_5_vl": ({"text_config": {"rope_parameters": MROPE}}, 4),
    "qwen3_vl": ({}, 1),
    "gemma3": ({}, 1),
    "smolvlm": ({}, 1),
    "idefics3": ({}, 1),
    "llava_next": ({}, 1),
    "internvl": ({}, 1),
    "llava": ({"vision_config": {"model_type": "pixtral"}, "text_config": {"model_type": "mistral"}}, 1),  # Pixtral
    "mistral3": ({}, 1),
    "glm4v": ({"text_config": {"rope_parameters": {**MROPE, "mrope_section": [8, 12, 12]}}}, None),
}
# What LoRA would adapt only in part, or not at all, and the reason that is given.
REFUSED = {
    "qwen3_5": r"'qwen3_5' cannot be trained: LoRA on .* would leave out linear_attn\.conv1d\.weight, linear_attn\.in_proj",
    "llama4": r"'llama4' cannot be trained",
}


def base_of(kind: str, given: dict) -> Base:
    model = tiny_model(AutoConfig.for_model(kind, **given))
    return Base(kind, model, None, True, "", None, None, {})


class Architectures(unittest.TestCase):
    def test_every_layer_of_the_language_model_learns_from_text_and_no_other(self):
        inputs, labels = padded([some_sample(length) for length in (5, 9)], 0, torch.device("cpu"))
        for kind, (given, _) in TRAINED.items():
            with self.subTest(kind):
                base = base_of(kind, given)
                decoder = base.model.get_decoder()
                cross = set(getattr(base.model.config.get_text_config(), "cross_attention_layers", None) or [])
                linears = sum(
                    isinstance(module, torch.nn.Linear)
                    for i, layer in enumerate(getattr(decoder, "text_model", decoder).layers)
                    for module in layer.modules()
                    if i not in cross
                )
                self.assertGreater(linears, 10)
                with new_lora(base, SETTINGS) as model:
                    names = trained(model)
                    self.assertEqual(len(names), 2 * linears)
                    self.assertFalse([name for name in names if "vision" in name or "visual" in name or "projector" in name])
                    loss_sum(model, inputs, labels).backward()
                    still = [n for n, p in names.items() if "lora_B" in n and (p.grad is None or p.grad.abs().max() == 0)]
                    self.assertEqual(still, [])

    def test_samples_are_kept_apart_by_one_axis_or_by_four(self):
        for kind, (given, axes) in TRAINED.items():
            if axes:
                with self.subTest(kind):
                    self.assertLessEqual(packing_difference(base_of(kind, given).model, axes), TOLERANCE)
        for kind in ("qwen2_vl", "qwen2_5_vl"):
            self.assertGreater(packing_difference(base_of(kind, TRAINED[kind][0]).model, 1), 100 * TOLERANCE)

    def test_what_would_be_adapted_in_part_is_refused_by_name(self):
        for kind, reason in REFUSED.items():
            with self.subTest(kind), self.assertRaisesRegex(RuntimeError, reason):
                with new_lora(base_of(kind, {}), SETTINGS):
                    pass


if __name__ == "__main__":
    unittest.main()
