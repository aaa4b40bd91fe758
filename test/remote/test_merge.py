"""Merging: the merged model equals the live adapter, and its folder is a model like any other."""

import contextlib
import io
import json
import resource
import tempfile
import unittest
from pathlib import Path

import torch
from adapters import with_adapter, write_base
from loading import load_base
from merge import merge, refuse_without_room, weights_size
from peft import LoraConfig, get_peft_model
from support import MODELS, PROMPT, copy_model


def answer_logits(base, model) -> torch.Tensor:
    ids = base.tokenizer(PROMPT, return_tensors="pt")
    with torch.inference_mode():
        return model(**ids).logits


class Merging(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.card = self.folder / "card.md"
        self.card.write_text("# Card")
        self.out = self.folder / "out/merged"

    def adapter(self, base) -> str:
        torch.manual_seed(1)
        config = LoraConfig(r=4, target_modules=["q_proj", "v_proj", "up_proj"], init_lora_weights=False)
        adapted = get_peft_model(base.model, config)
        adapted.save_pretrained(self.folder / "adapter")
        adapted.unload()
        write_base(base, str(self.folder / "adapter"))
        return str(self.folder / "adapter")

    def merge(self, path: str, adapter: str) -> list[dict]:
        events = io.StringIO()
        with contextlib.redirect_stdout(events):
            merge(path, None, "float32", adapter, str(self.card), str(self.out))
        return [json.loads(line) for line in events.getvalue().splitlines()]

    def test_equals_the_live_adapter(self):
        for name in ("qwen2-vl", "llava-onevision", "mllama"):
            with self.subTest(name):
                self.out = self.folder / name
                base = load_base(str(MODELS / name), "float32")
                adapter = self.adapter(base)
                with with_adapter(base, adapter) as model:
                    live = answer_logits(base, model)
                self.merge(base.path, adapter)
                merged = load_base(str(self.out), "float32")
                ours = answer_logits(merged, merged.model)
                self.assertLess((ours - live).abs().max(), 1e-4)
                self.assertGreater((ours - answer_logits(base, base.model)).abs().max(), 0.01)
                self.assertEqual(merged.processor.chat_template, base.processor.chat_template)
                self.assertEqual(merged.generation, base.generation)

    def test_leaves_a_whole_folder(self):
        model = copy_model("qwen2-vl", self.folder / "model")
        (Path(model) / "LICENSE").write_text("Of the base.")
        (self.folder / "out/merged.part/left by a killed one").mkdir(parents=True)
        events = self.merge(model, self.adapter(load_base(model, "float32")))
        self.assertEqual([event.get("step") for event in events if event["event"] == "step"], ["load", "merge", "write"])
        names = {file.name for file in self.out.iterdir()}
        self.assertLessEqual({"README.md", "LICENSE", "model.safetensors", "chat_template.jinja", "tokenizer.json"}, names)
        self.assertNotIn("left by a killed one", names)
        self.assertEqual((self.out / "README.md").read_text(), "# Card")
        self.assertNotIn(str(self.folder), (self.out / "config.json").read_text())
        said = next(event["bytes"] for event in events if event["event"] == "size")
        self.assertAlmostEqual((self.out / "model.safetensors").stat().st_size / said, 1, delta=0.01)
        with self.assertRaisesRegex(FileExistsError, "is there already"):
            self.merge(model, str(self.folder / "adapter"))

    def test_another_base_is_refused(self):
        adapter = self.adapter(load_base(str(MODELS / "qwen2-vl"), "float32"))
        with self.assertRaisesRegex(ValueError, "was trained for .*qwen2-vl.*, but the base model here is .*llava"):
            self.merge(str(MODELS / "llava-onevision"), adapter)
        self.assertFalse(self.out.exists())

    def test_a_full_disk_is_refused_before_and_leaves_nothing_later(self):
        with self.assertRaisesRegex(OSError, "'x' needs 16.1 GB, but 2.0 GB are free"):
            refuse_without_room("x", 16_100_000_000, 2_000_000_000)
        model = str(MODELS / "qwen2-vl")
        adapter = self.adapter(load_base(model, "float32"))
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (weights_size(model, None, "float32") // 2, before[1]))
        try:
            with self.assertRaises(Exception):
                self.merge(model, adapter)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        self.assertEqual(list(self.out.parent.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
