"""Training: a task's settings reach TRL and PEFT, and are reported."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

from loading import load_base
from support import MODELS, SETTINGS, write_samples
from train import build_trainer, train

KEPT = -100  # the label of a token that the loss leaves out


class Settings(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.samples = write_samples(self.folder)

    def task(self, **changed) -> dict:
        adapter, log = str(self.folder / "adapter"), str(self.folder / "log.jsonl")
        settings = {**SETTINGS, **changed}
        return {"kind": "train", "name": "t", "train": self.samples, "adapter": adapter, "log": log, "settings": settings}

    def trainer(self, **changed):
        return build_trainer(load_base(str(MODELS / "qwen2-vl"), "float32"), self.task(**changed))

    def test_reach_peft(self):
        lora = self.trainer().model.peft_config["default"]
        self.assertEqual((lora.r, lora.lora_alpha, lora.lora_dropout), (4, 24, 0.125))
        self.assertRegex(lora.target_modules, r"language_model\\\.layers")

    def test_reach_trl(self):
        trainer = self.trainer()
        args = trainer.args
        self.assertEqual(
            (args.learning_rate, args.lr_scheduler_type.value, args.num_train_epochs, args.seed),
            (0.003, "cosine", 3, 11),
        )
        self.assertEqual(args.per_device_train_batch_size * args.gradient_accumulation_steps, 2)
        self.assertEqual(len(trainer.get_train_dataloader()) * args.num_train_epochs, 6)

    def test_seed_decides_the_matrices_and_the_order(self):
        def state(seed: int) -> list:
            trainer = self.trainer(seed=seed, dropout=0)
            trainer.train()
            return [p.detach().clone() for n, p in trainer.model.named_parameters() if "lora_A" in n]

        first, same, other = state(11), state(11), state(12)
        self.assertTrue(all(a.equal(b) for a, b in zip(first, same)))
        self.assertFalse(any(a.equal(b) for a, b in zip(first, other)))

    def test_loss_is_on_the_answer_or_on_all(self):
        def trained_tokens(loss: str) -> tuple[int, int]:
            batch = next(iter(self.trainer(loss=loss).get_train_dataloader()))
            return int((batch["labels"] != KEPT).sum()), int(batch["attention_mask"].sum())

        counted, tokens = trained_tokens("answer")
        self.assertEqual(counted, 2 * 2)  # two samples; each the letter and the end token
        self.assertGreater(tokens, 10 * counted)
        self.assertEqual(trained_tokens("conversation"), (tokens, tokens))

    def test_are_reported_and_nothing_is_left_behind(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            train(load_base(str(MODELS / "qwen2-vl"), "float32"), self.task())
        reported = next(event for event in map(json.loads, out.getvalue().splitlines()) if event["event"] == "settings")
        self.assertEqual((reported["task"], reported["date"]), ("t", "26 Jul 2024"))
        expected = {
            "rank": 4,
            "alpha": 24,
            "dropout": 0.125,
            "learning_rate": 0.003,
            "num_train_epochs": 3,
            "per_device_train_batch_size": 2,
            "gradient_accumulation_steps": 1,
            "lr_scheduler_type": "cosine",
            "completion_only_loss": True,
            "seed": 11,
            "warmup_steps": 0,
            "weight_decay": 0,
            "max_grad_norm": 1,
            "optim": "adamw_torch_fused",
        }
        self.assertEqual({name: reported["training"][name] for name in expected}, expected)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"adapter", "log.jsonl", "train.jsonl"})


if __name__ == "__main__":
    unittest.main()
