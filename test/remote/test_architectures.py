"""Vision-language models besides the paper's: LoRA on the whole language model, training, and prediction with pictures.

Each is made tiny from its configuration at real size, gets a real processor, and goes the way of any base model.
"""

import contextlib
import io
import re
import tempfile
import unittest
from pathlib import Path

import torch
from architectures import PROCESSORS, REAL, save_tiny
from batch_lines import read_lines
from job_file import SETTINGS_DEFAULTS, TASK_DEFAULTS
from language_model import language_targets
from loading import Base, load_base, model_class
from packing import position_axes
from predict import predict
from safetensors.torch import load_file
from support import MODELS, SETTINGS, picture_request, samples_of_lengths, write_lines
from tiny_config import tiny_config, tiny_model
from torch import nn
from train import train
from transformers import AutoConfig, PretrainedConfig

LAYER = re.compile(r"model\.(language_model|text_model)\.layers\.(\d+)\.(.+)")
# Projections in the language model at real size: seven per layer, outside Mllama's eight cross-attention layers. In
# GLM-4V, two of them are one.
PROJECTIONS = {
    "mllama": 32 * 7,
    "qwen2_vl": 28 * 7,
    "llava_onevision": 28 * 7,
    "qwen2_5_vl": 28 * 7,
    "qwen3_vl": 36 * 7,
    "gemma3": 34 * 7,
    "smolvlm": 24 * 7,
    "idefics3": 32 * 7,
    "llava_next": 32 * 7,
    "internvl": 28 * 7,
    "pixtral": 40 * 7,
    "mistral3": 40 * 7,
    "glm4v": 40 * 6,
}
# Types that are refused, and what the message names: weights that LoRA would leave out, or the reason.
REFUSED = {
    "qwen3_5": "linear_attn.conv1d.weight, linear_attn.in_proj_a.weight, .*linear layers that the paper does not name",
    "qwen3_vl_moe": "mlp.experts.down_proj, mlp.experts.gate_up_proj, mlp.gate.weight: other weights, such as experts",
    "glm4v_moe": "mlp.experts.down_proj, .*other weights, such as experts",
    "gemma4": "per_layer_input_gate.weight, per_layer_model_projection.weight, .*outside the decoder's layers",
    "llama4": "feed_forward.experts.down_proj, .*feed_forward.router.weight",
    "instructblip": "fc1.weight, fc2.weight, self_attn.out_proj.weight",
    "idefics": "gated_cross_attn_layers.0.cross_attn.k_proj.weight, .* more: linear layers outside",
    "florence2": "an encoder reads the prompt there",
    "blip": "the language model BlipTextModel has no list of decoder layers",
}
AXES = {"qwen2_vl": 4, "qwen2_5_vl": 4, "glm4v": 4}  # of positions; all others need one


def unbuilt(config: PretrainedConfig) -> nn.Module:
    """A model without memory for its weights."""
    with torch.device("meta"):
        return model_class(config).from_config(config)


def adapted(model: nn.Module) -> set[str]:
    """The linear layers that a LoRA on `language_targets` adapts, as PEFT finds them."""
    targets = re.compile(language_targets(model))
    return {name for name, module in model.named_modules() if targets.fullmatch(name) and isinstance(module, nn.Linear)}


def language_linears(model: nn.Module) -> set[str]:
    """The linear layers in those layers of the language model that text passes through."""
    crossing = {LAYER.match(name)[2] for name, _ in model.named_modules() if LAYER.match(name) and "cross_attn" in name}
    linears = (name for name, module in model.named_modules() if isinstance(module, nn.Linear))
    return {name for name in linears if (found := LAYER.match(name)) and found[2] not in crossing}


class RealSizes(unittest.TestCase):
    def test_every_projection_of_the_language_model_is_adapted_and_nothing_else(self):
        self.assertEqual(REAL.keys(), PROJECTIONS.keys())
        for kind, config in REAL.items():
            with self.subTest(kind):
                model = unbuilt(config())
                self.assertEqual(adapted(model), language_linears(model))
                self.assertEqual(len(adapted(model)), PROJECTIONS[kind])

    def test_what_lora_would_adapt_in_part_is_refused_by_name(self):
        for kind, reason in REFUSED.items():
            model = unbuilt(AutoConfig.for_model(kind))
            message = f"type '{kind}' cannot be trained: .*{reason}"
            with self.subTest(kind), self.assertRaisesRegex(RuntimeError, message):
                language_targets(model)


class Tiny(unittest.TestCase):
    def test_any_real_size_becomes_tiny_and_tiny_stays_as_it_is(self):
        pocket = {path.name: AutoConfig.from_pretrained(path) for path in MODELS.iterdir()}
        for kind, config in {**{kind: config() for kind, config in REAL.items()}, **pocket}.items():
            with self.subTest(kind):
                model = tiny_model(config)
                self.assertIs(type(model.config), type(config))
                self.assertLess(sum(p.numel() for p in model.parameters()), 3_000_000)
                self.assertEqual({p.dtype for p in model.parameters()}, {torch.float32})
                self.assertEqual(tiny_config(model.config).to_dict(), model.config.to_dict())

    def test_layers_of_each_kind_stay(self):
        mllama, gemma = (tiny_config(REAL[kind]()).get_text_config() for kind in ("mllama", "gemma3"))
        self.assertEqual((mllama.num_hidden_layers, mllama.cross_attention_layers), (4, [2, 3]))
        self.assertEqual(gemma.layer_types, ["sliding_attention"] * 2 + ["full_attention"] * 2)
        self.assertEqual(tiny_config(REAL["qwen3_vl"]()).vision_config.deepstack_visual_indexes, [2, 3])

    def test_rotary_sections_keep_their_proportions(self):
        for kind, sections in {"qwen2_vl": [4, 6, 6], "qwen3_vl": [6, 5, 5], "glm4v": [2, 3, 3]}.items():
            text = tiny_config(REAL[kind]()).get_text_config()
            self.assertEqual(text.rope_parameters["mrope_section"], sections)

    def test_token_ids_fit_the_vocabulary_and_differ(self):
        config = tiny_config(REAL["qwen2_vl"]())
        ids = [config.image_token_id, config.video_token_id, config.vision_start_token_id, config.vision_end_token_id]
        self.assertEqual(len(set(ids)), 4)
        self.assertTrue(all(256 <= i < config.get_text_config().vocab_size for i in ids))
        self.assertEqual(tiny_config(REAL["pixtral"]()).image_token_index, 10)

    def test_the_seed_alone_decides_the_weights(self):
        def weights(seed: int) -> list[torch.Tensor]:
            return list(tiny_model(REAL["qwen2_vl"](), seed).parameters())

        torch.manual_seed(5)
        first, after = weights(1), torch.rand(1)
        torch.manual_seed(5)
        self.assertEqual(after, torch.rand(1))
        self.assertTrue(all(one.equal(other) for one, other in zip(first, weights(1))))
        self.assertFalse(all(one.equal(other) for one, other in zip(first, weights(2))))

    def test_what_cannot_be_made_tiny_says_so(self):
        for kind, reason in {"janus": "million parameters are left", "videomae": "no attribute 'vocab_size'"}.items():
            message = f"no tiny model of type '{kind}' can be made: .*{reason}"
            with self.subTest(kind), self.assertRaisesRegex(RuntimeError, message):
                tiny_model(AutoConfig.for_model(kind))

    def test_packed_samples_are_kept_apart(self):
        for kind, config in REAL.items():
            with self.subTest(kind):
                self.assertEqual(position_axes(config()), (AXES.get(kind, 1), None))


class WholeWay(unittest.TestCase):
    """From a model's folder to replies to pictures, without and with an adapter that was trained on text."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_text_trains_the_language_model_and_pictures_are_read(self):
        for kind in PROCESSORS:
            with self.subTest(kind):
                folder = self.folder / kind
                save_tiny(kind, str(folder / "model"))
                base = load_base(str(folder / "model"), "float32")
                expected = language_linears(base.model)
                before = self.first_logits(base, folder, None)
                self.assertGreater((before[0] - before[1]).abs().max(), 1e-3, "the picture changes nothing")
                adapter = self.trained(base, folder)
                matrices = load_file(f"{adapter}/adapter_model.safetensors")
                ups = {name: matrix for name, matrix in matrices.items() if ".lora_B." in name}
                names = {name.removeprefix("base_model.model.").removesuffix(".lora_B.weight") for name in ups}
                self.assertEqual(names, expected)
                self.assertEqual(len(matrices), 2 * len(expected))
                self.assertEqual([name for name, matrix in ups.items() if not matrix.any()], [])
                after = self.first_logits(base, folder, adapter)
                self.assertGreater((before - after).abs().max(), 1e-3, "the adapter changes nothing")

    def trained(self, base: Base, folder: Path) -> str:
        """An adapter after two steps on text."""
        settings = {**SETTINGS_DEFAULTS, **SETTINGS, "epochs": 1}
        train_file = write_lines(folder / "train.jsonl", samples_of_lengths(range(4)))
        files = {"train": train_file, "adapter": str(folder / "adapter"), "log": str(folder / "log.jsonl")}
        with contextlib.redirect_stdout(io.StringIO()):
            train(base, {**TASK_DEFAULTS["train"], "name": "t", "settings": settings, **files})
        return files["adapter"]

    def first_logits(self, base: Base, folder: Path, adapter: str | None) -> torch.Tensor:
        """Asks about two pictures, and returns the logits of the first token of both replies."""
        requests = write_lines(folder / "requests.jsonl", [picture_request(n, folder, max_tokens=3) for n in "ab"])
        records = folder / f"records-{bool(adapter)}.jsonl"
        seen = []
        hook = base.model.register_forward_hook(lambda *given: seen.append(given[-1].logits[:, -1].clone()))
        with hook, contextlib.redirect_stdout(io.StringIO()):
            task = {**TASK_DEFAULTS["predict"], "name": "t", "requests": requests, "adapter": adapter}
            predict(base, {**task, "records": str(records)})
        replies = read_lines(str(records))
        self.assertEqual([reply["custom_id"] for reply in replies], ["a", "b"])
        self.assertTrue(all(reply["response"]["status_code"] == 200 for reply in replies))
        return seen[0]


if __name__ == "__main__":
    unittest.main()
