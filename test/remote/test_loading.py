"""Loading a model from the Hub's cache at a revision, and refusing code that comes with it."""

import json
import tempfile
import unittest
from pathlib import Path

import torch
from loading import load_base
from safetensors.torch import load_file
from support import MODELS, copy_model, fill_cache

class Loading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        fill_cache("org/tiny", {"main": ("a" * 40, "qwen2"), "v2": ("b" * 40, "qwen2-vl")})

    def test_takes_the_revision(self):
        at = {revision: load_base("org/tiny", "float32", revision) for revision in (None, "v2", "b" * 40)}
        self.assertEqual([base.model.config.model_type for base in at.values()], ["qwen2", "qwen2_vl", "qwen2_vl"])
        self.assertEqual([base.commit for base in at.values()], ["a" * 40, "b" * 40, "b" * 40])
        self.assertEqual([base.multimodal for base in at.values()], [False, True, True])

    def test_names_a_revision_that_does_not_exist(self):
        with self.assertRaisesRegex(RuntimeError, "'org/tiny' at revision 'v3' cannot be loaded"):
            load_base("org/tiny", "float32", "v3")

    def test_uses_the_dtype(self):
        self.assertEqual(str(load_base(str(MODELS / "qwen2"), "bfloat16").model.dtype), "torch.bfloat16")

    def test_runs_no_code_of_a_model(self):
        with tempfile.TemporaryDirectory() as other:
            copy = Path(copy_model("qwen2", Path(other) / "m"))
            config = json.loads((copy / "config.json").read_text())
            config |= {"model_type": "new", "auto_map": {"AutoConfig": "code.Config"}}
            (copy / "config.json").write_text(json.dumps(config))
            (copy / "code.py").write_text(f"open({str(copy / 'ran')!r}, 'w')\nclass Config: pass\n")
            with self.assertRaisesRegex(RuntimeError, "never run .*whose architecture transformers has"):
                load_base(str(copy), "float32")
            self.assertFalse((copy / "ran").exists())

    def test_reads_no_pickle(self):
        with tempfile.TemporaryDirectory() as other:
            copy = Path(copy_model("qwen2", Path(other) / "m"))
            torch.save(load_file(copy / "model.safetensors"), copy / "pytorch_model.bin")
            (copy / "model.safetensors").unlink()
            with self.assertRaisesRegex(RuntimeError, "cannot be loaded .*no file named model.safetensors"):
                load_base(str(copy), "float32")

    def test_names_a_model_without_its_processor(self):
        with tempfile.TemporaryDirectory() as other:
            copy = Path(copy_model("qwen2-vl", Path(other) / "m"))
            (copy / "processor_config.json").unlink()
            with self.assertRaisesRegex(RuntimeError, f"'{copy}' cannot be loaded .*image processor"):
                load_base(str(copy), "float32")


if __name__ == "__main__":
    unittest.main()
