"""Any batch size gives the same choices: all tiny models, without an adapter, with a live one and with a merged one."""

import tempfile
import unittest
from pathlib import Path

import torch
from adapters import with_adapter
from batches import batches
from loading import load_base
from merged import can_merge, merged
from predict import answer, encode
from support import MODELS, PROMPT, picture_request, request
from test_adapters import new_adapter

COUNT = 20
PLACES = ("farm", "beach", "old market")


def choices(base, model: torch.nn.Module, requests: list[dict], size: int) -> dict[str, dict]:
    lines = [line for batch in batches(requests, size) for line in answer(model, base, batch, encode(base, batch))]
    return {line["custom_id"]: line["response"]["body"]["choices"][0] for line in lines}


class BatchSizes(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def requests(self, multimodal: bool) -> list[dict]:
        """Prompts and pictures of different lengths and sizes, so that most rows are padded."""
        prompts = [PROMPT.replace("farm", PLACES[i % 3]) + "Look. " * (i % 5) for i in range(COUNT)]
        if not multimodal:
            return [request(f"{i}", prompt, max_tokens=4) for i, prompt in enumerate(prompts)]
        sizes = (56, 84, 112)
        return [picture_request(f"{i}", self.folder, sizes[i % 3], one, max_tokens=4) for i, one in enumerate(prompts)]

    def test_choices(self):
        for name in ("llama", "qwen2", "mllama", "qwen2-vl", "llava-onevision"):
            with self.subTest(model=name):
                base = load_base(str(MODELS / name), "float32")
                weights = {key: value.clone() for key, value in base.model.state_dict().items()}
                requests = self.requests(base.multimodal)
                plain = [choices(base, base.model, requests, size) for size in (1, 8, 64)]
                with with_adapter(base, str(new_adapter(base, self.folder / name))) as model:
                    live = [choices(base, model, requests, size) for size in (1, 8, 64)]
                    with merged(model):
                        joined = [choices(base, model, requests, size) for size in (1, 8, 64)]
                self.assertEqual(plain, [plain[0]] * 3)
                self.assertEqual([*live, *joined], [live[0]] * 6)
                self.assertNotEqual(live[0], plain[0])
                left = base.model.state_dict()
                self.assertEqual(left.keys(), weights.keys())
                for key, value in left.items():
                    self.assertTrue(torch.equal(value, weights[key]), f"{key} was changed")

    def test_weights_are_restored_after_an_error(self):
        base = load_base(str(MODELS / "qwen2"), "float32")
        weights = {key: value.clone() for key, value in base.model.state_dict().items()}
        adapter = str(new_adapter(base, self.folder / "a"))
        with self.assertRaisesRegex(RuntimeError, "stop"), with_adapter(base, adapter) as model, merged(model):
            raise RuntimeError("stop")
        self.assertTrue(all(torch.equal(value, weights[key]) for key, value in base.model.state_dict().items()))

    def test_fp32_alone_is_merged(self):
        kinds = ("float32", "bfloat16", "float16")
        self.assertEqual([can_merge(load_base(str(MODELS / "qwen2"), one)) for one in kinds], [True, False, False])


if __name__ == "__main__":
    unittest.main()
