"""Adapters: another base model, another revision, shapes that do not fit, matrices that are zero or missing."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import torch
from adapters import PIECE_BYTES, PIECES, describe_base, pieces_of, with_adapter, write_base
from loading import load_base
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from support import MODELS, copy_model, fill_cache

TOKENS = torch.tensor([[65, 66, 67, 68]])


def new_adapter(base, folder: Path) -> Path:
    """An adapter with random matrices on two projections of each layer."""
    torch.manual_seed(1)
    config = LoraConfig(r=2, target_modules=["q_proj", "v_proj"], init_lora_weights=False)
    adapted = get_peft_model(base.model, config)
    adapted.save_pretrained(folder)
    adapted.unload()
    write_base(base, str(folder))
    return folder


def logits(model) -> torch.Tensor:
    with torch.inference_mode():
        return model(input_ids=TOKENS).logits


class Adapters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.base = load_base(str(MODELS / "qwen2"), "float32")
        cls.plain = logits(cls.base.model)
        cls.adapter = new_adapter(cls.base, cls.folder / "adapter")

    def copy(self, **matrices) -> Path:
        """A copy of the adapter, each of whose matrices one of the functions has changed (A, B) or dropped (None)."""
        copy = Path(tempfile.mkdtemp(dir=self.folder)) / "copy"
        shutil.copytree(self.adapter, copy)
        old = load_file(copy / "adapter_model.safetensors")
        new = {name: matrices.get(name.split("lora_")[1][0], lambda _, m: m)(name, m) for name, m in old.items()}
        save_file({name: m.contiguous() for name, m in new.items() if m is not None}, copy / "adapter_model.safetensors")
        return copy

    def refuses(self, adapter: Path, error: type, message: str, base=None) -> None:
        base = base or self.base
        with self.assertRaisesRegex(error, message), with_adapter(base, str(adapter)):
            self.fail("it was accepted")
        if base is self.base:
            self.assertTrue(torch.equal(logits(base.model), self.plain), "the base model was changed")

    def test_is_added_and_removed(self):
        with with_adapter(self.base, str(self.adapter)) as model:
            self.assertGreater((logits(model) - self.plain).abs().max(), 0.01)
        self.assertTrue(torch.equal(logits(self.base.model), self.plain))
        with with_adapter(self.base, None) as model:
            self.assertIs(model, self.base.model)

    def test_names_its_base_where_peft_does(self):
        config = json.loads((self.adapter / "adapter_config.json").read_text())
        self.assertEqual((config["base_model_name_or_path"], config["revision"]), (str(MODELS / "qwen2"), None))

    def test_another_base_of_the_same_shape(self):
        other = Path(copy_model("qwen2", self.folder / "other"))
        weights = load_file(other / "model.safetensors")
        weights["model.norm.weight"] *= 1.5
        save_file(weights, other / "model.safetensors", {"format": "pt"})
        base = load_base(str(other), "float32")
        self.refuses(self.adapter, ValueError, rf"trained for '{self.base.path}' \(weights .* here is '{other}' \(w", base)

    def test_the_same_base_in_another_place(self):
        moved = load_base(copy_model("qwen2", self.folder / "moved"), "float32")
        with with_adapter(moved, str(self.adapter)) as model:
            self.assertGreater((logits(model) - self.plain).abs().max(), 0.01)

    def test_another_revision(self):
        fill_cache("org/same", {"main": ("a" * 40, "qwen2"), "v2": ("c" * 40, "qwen2")})
        old, new = (load_base("org/same", "float32", revision) for revision in ("main", "v2"))
        adapter = new_adapter(old, self.folder / "hub")
        config = json.loads((adapter / "adapter_config.json").read_text())
        self.assertEqual((config["base_model_name_or_path"], config["revision"]), ("org/same", "a" * 40))
        self.refuses(adapter, ValueError, r"'org/same' \(commit a{12}\), but .* 'org/same' \(commit c{12}\)", new)
        with with_adapter(self.base, str(adapter)):  # the same weights from a folder
            pass

    def test_made_elsewhere(self):
        copy = self.copy()
        (copy / "base.json").unlink()
        with with_adapter(self.base, str(copy)) as model:
            self.assertGreater((logits(model) - self.plain).abs().max(), 0.01)
        small = self.copy(A=lambda _, m: m[:, :-8])
        (small / "base.json").unlink()
        self.refuses(small, ValueError, "does not fit the model .*qwen2': size mismatch for .*v_proj")

    def test_matrices_are_missing_or_left_over(self):
        self.refuses(
            self.copy(B=lambda name, m: None if "layers.1.self_attn.q_proj" in name else m),
            ValueError,
            "1 matrices are missing in the adapter, such as .*layers.1.self_attn.q_proj.lora_B",
        )
        more = self.copy()
        config = json.loads((more / "adapter_config.json").read_text())
        (more / "adapter_config.json").write_text(json.dumps({**config, "target_modules": ["q_proj"]}))
        self.refuses(more, ValueError, "missing in the model, such as .*v_proj")
        (more / "adapter_config.json").write_text(json.dumps({**config, "target_modules": ["c_attn"]}))
        self.refuses(more, ValueError, "does not fit the model .*c_attn")

    def test_changes_nothing(self):
        self.refuses(self.copy(B=lambda _, m: m * 0), RuntimeError, "changes nothing: its B matrices are")

    def test_a_file_is_missing(self):
        copy = self.copy()
        (copy / "adapter_model.safetensors").rename(copy / "adapter_model.bin")
        self.refuses(copy, FileNotFoundError, "no adapter at .*: expected the file adapter_model.safetensors")
        self.refuses(self.folder / "nowhere", FileNotFoundError, "expected the file adapter_config.json")

    def test_large_weights_are_hashed_in_pieces(self):
        file = self.folder / "large"
        size = 4 * PIECES * PIECE_BYTES
        file.write_bytes(b"a" * (size - 1) + b"z")
        pieces = list(pieces_of(file))
        self.assertEqual((len(pieces), sum(map(len, pieces))), (PIECES, PIECES * PIECE_BYTES))
        self.assertEqual((pieces[0][:1], pieces[-1][-1:]), (b"a", b"z"))
        self.assertEqual(describe_base(self.base)["commit"], None)


if __name__ == "__main__":
    unittest.main()
