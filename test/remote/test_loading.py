"""Loading a model from the Hub's cache at a revision, and refusing code that comes with it."""

import json
import os
import tempfile
import unittest
from pathlib import Path

from loading import load_base
from support import MODELS, copy_model

COMMITS = {"main": "a" * 40, "v2": "b" * 40}


def fill_cache() -> None:
    """A model 'org/tiny' as the Hub's client stores it: a Qwen2 on main, a Qwen2-VL at v2."""
    cache = Path(os.environ["HF_HUB_CACHE"]) / "models--org--tiny"
    (cache / "refs").mkdir(parents=True)
    (cache / "snapshots").mkdir()
    for (revision, commit), model in zip(COMMITS.items(), ("qwen2", "qwen2-vl")):
        (cache / "refs" / revision).write_text(commit)
        (cache / "snapshots" / commit).symlink_to(MODELS / model)


class Loading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        fill_cache()

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
            with self.assertRaisesRegex(RuntimeError, "trust_remote_code"):
                load_base(str(copy), "float32")
            self.assertFalse((copy / "ran").exists())


if __name__ == "__main__":
    unittest.main()
