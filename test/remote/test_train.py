"""Training: settings reach the adapter and are reported, the curve is recorded, and what goes wrong is named."""

import contextlib
import io
import json
import shutil
import tempfile
import unittest
from pathlib import Path

import torch
from adapters import with_adapter
from job_file import SETTINGS_DEFAULTS
from loading import load_base
from lora import new_lora
from micro_batches import labelled_logits, padded
from safetensors.torch import load_file
from support import MODELS, SETTINGS, samples_of_lengths, write_lines
from train import train
from train_loop import Loop
from train_plan import Plan
from training_tokens import read_samples


class InFolder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.base = load_base(str(MODELS / "qwen2-vl"), "float32")

    def task(self, samples: list[dict] | None = None, validation: list[dict] | None = None, **changed) -> dict:
        samples = samples or samples_of_lengths(range(9))
        return {
            "name": "t",
            "train": write_lines(self.folder / "train.jsonl", samples),
            "validation": validation and write_lines(self.folder / "validation.jsonl", validation),
            "adapter": str(self.folder / "adapter"),
            "log": str(self.folder / "log.jsonl"),
            "checkpointSeconds": 180,
            "settings": {**SETTINGS_DEFAULTS, **SETTINGS, **changed},
        }

    def run_task(self, task: dict) -> list[dict]:
        """The events of a training."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            train(self.base, task)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def log(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "log.jsonl").read_text().splitlines()]


class Training(InFolder):
    def test_settings_are_reported_and_nothing_is_left_behind(self):
        before = {name: p.clone() for name, p in self.base.model.named_parameters()}
        events = self.run_task(self.task(epochs=2, batch=4))
        [reported] = [event for event in events if event["event"] == "settings"]
        self.assertEqual((reported["task"], reported["date"]), ("t", "26 Jul 2024"))
        expected = {
            **SETTINGS,
            "epochs": 2,
            "batch": 4,
            "steps": 6,
            "microBatch": 4,
            "passesPerStep": 1,
            "gradientCheckpointing": False,
            "rows": "padded",
            "weights": "float32",
            "autocast": "None",
            "optimizer": "AdamW",
            "betas": [0.9, 0.999],
            "epsilon": 1e-8,
            "weightDecay": 0,
            "maxGradNorm": 1,
            "warmup": 0,
            "keep": "last",
            "endToken": "<|end|>",
        }
        self.assertEqual({name: reported["training"][name] for name in expected}, expected)
        self.assertRegex(reported["training"]["targetModules"], r"language_model\\\.layers")
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"adapter", "log.jsonl", "train.jsonl"})
        config = json.loads((self.folder / "adapter/adapter_config.json").read_text())
        self.assertEqual((config["r"], config["lora_alpha"], config["lora_dropout"]), (4, 24, 0.125))
        after = dict(self.base.model.named_parameters())
        self.assertEqual(after.keys(), before.keys())
        self.assertTrue(all(p.equal(before[name]) for name, p in after.items()))

    def test_every_epoch_has_each_sample_once_in_an_order_of_its_own(self):
        samples = read_samples(self.base, self.task()["train"], "answer")
        orders = []
        for seed in (1, 2):
            plan = Plan("t", {**SETTINGS, "batch": 2, "epochs": 2, "seed": seed}, samples, [], 2, 0, 0, None)
            batches = [plan.batch(step) for step in range(plan.steps)]
            self.assertEqual([len(batch) for batch in batches], [2, 2, 2, 2, 1] * 2)
            orders += [[s.name for batch in part for s in batch] for part in (batches[:5], batches[5:])]
        self.assertTrue(all(sorted(order) == sorted(s.name for s in samples) for order in orders))
        self.assertEqual(len({tuple(order) for order in orders}), 4)

    def test_passes_and_checkpointing_do_not_change_the_result(self):
        def adapter(**changed) -> dict:
            self.run_task(self.task(dropout=0, epochs=1, batch=9, learningRate=1e-4, **changed))
            found = load_file(self.folder / "adapter/adapter_model.safetensors")
            shutil.rmtree(self.folder / "adapter")
            return found

        plain = adapter()
        for how in ({"microBatch": 2}, {"gradientCheckpointing": True}, {"packing": "on"}):
            with self.subTest(**how):
                other = adapter(**how)
                worst = max((p - other[name]).abs().max().item() for name, p in plain.items())
                self.assertLess(worst, 1e-5)

    def test_the_seed_decides_the_matrices_and_the_dropout(self):
        def state(seed: int) -> list[torch.Tensor]:
            with new_lora(self.base, {**SETTINGS, "seed": seed}) as model:
                torch.manual_seed(seed)
                return [p.detach().clone() for n, p in model.named_parameters() if "lora_A" in n]

        first, same, other = state(11), state(11), state(12)
        self.assertTrue(all(a.equal(b) for a, b in zip(first, same)))
        self.assertFalse(any(a.equal(b) for a, b in zip(first, other)))

    def test_the_curve_has_training_and_validation(self):
        validation = samples_of_lengths(range(5, 9))
        task = self.task(samples_of_lengths(range(40)), validation, batch=1, epochs=2.5, scheduler="linear", warmup=5)
        events = self.run_task(task)
        log = self.log()
        tried = [line["step"] for line in log if "validation_loss" in line]
        self.assertEqual(tried, [0, 50, 100])
        self.assertEqual([line["step"] for line in log if "loss" in line], list(range(10, 101, 10)))
        rates = {line["step"]: line["learning_rate"] for line in log if "loss" in line}
        self.assertAlmostEqual(rates[10], SETTINGS["learningRate"] * 90 / 95)
        self.assertEqual(rates[100], 0)
        told = [event for event in events if event["event"] == "progress" and "loss" in event]
        self.assertEqual([event["loss"] for event in told], [line["loss"] for line in log if "loss" in line])
        self.assertGreater(told[-1]["tokens"], told[0]["tokens"])
        # The first line is about the base model: by its own loss, and by its answers.
        samples = read_samples(self.base, task["validation"], "answer")
        with torch.no_grad():
            inputs, labels = padded(samples, self.base.tokenizer.pad_token_id, torch.device("cpu"))
            loss = self.base.model(**inputs, labels=labels).loss.item()
            logits, targets = labelled_logits(self.base.model, inputs, labels)
        right = (logits.argmax(-1) == targets).view(4, 2).all(1).float().mean().item()
        self.assertAlmostEqual(log[0]["validation_loss"], loss, places=5)
        self.assertAlmostEqual(log[0]["validation_accuracy"], right)
        self.assertLess(log[-1]["validation_loss"], loss)

    def test_keeps_the_best_adapter_or_the_last(self):
        # The validation samples contradict the training samples: the more it is trained, the worse they are answered.
        wrong = [{**row, "completion": [{"role": "assistant", "content": "E"}]} for row in samples_of_lengths(range(4))]
        samples = samples_of_lengths(range(120))
        for keep, chosen in (("last", -1), ("best", 0)):
            task = self.task(samples, wrong, batch=1, epochs=1, keep=keep, learningRate=0.01, scheduler="constant")
            self.run_task(task)
            losses = [line["validation_loss"] for line in self.log() if "validation_loss" in line][1:]
            self.assertEqual(losses.index(min(losses)), 0)
            self.assertAlmostEqual(self.loss_of_adapter(task), losses[chosen], places=4)
            shutil.rmtree(task["adapter"])

    def loss_of_adapter(self, task: dict) -> float:
        """The validation loss of a finished adapter, by the model's own loss."""
        samples = read_samples(self.base, task["validation"], "answer")
        inputs, labels = padded(samples, self.base.tokenizer.pad_token_id, torch.device("cpu"))
        with with_adapter(self.base, task["adapter"]) as model, torch.no_grad():
            return model(**inputs, labels=labels).loss.item()


class Faults(InFolder):
    def test_a_loss_that_is_no_number_names_step_and_sample(self):
        self.base = load_base(str(MODELS / "mllama"), "float32")  # its output layer has weights of its own
        rows = samples_of_lengths(range(4))
        rows[2]["prompt"][0]["content"] += " bandage"
        token = self.base.tokenizer(" bandage", add_special_tokens=False).input_ids[-1]
        with torch.no_grad():
            self.base.model.get_input_embeddings().weight[token] = float("nan")
        with self.assertRaisesRegex(RuntimeError, r"the loss is nan in step 1 of 1, that of .*train.jsonl, line 3 first"):
            self.run_task(self.task(rows, batch=4, epochs=1))
        self.assertFalse((self.folder / "adapter").exists())

    def test_a_layer_without_a_gradient_is_found_in_the_first_step(self):
        layer = self.base.model.model.language_model.layers[1]
        hook = layer.mlp.register_forward_hook(lambda _, __, output: output.detach())
        with self.assertRaisesRegex(RuntimeError, r"3 adapted layers got no gradient: .*layers\.1\.mlp"):
            self.run_task(self.task(batch=4))
        hook.remove()
        self.assertFalse((self.folder / "adapter").exists())

    def test_a_pass_that_does_not_fit_is_halved_and_reported(self):
        def refuse_many(_, args, kwargs):
            if kwargs["input_ids"].size(0) > 2:
                raise torch.OutOfMemoryError("no memory")

        hook = self.base.model.register_forward_pre_hook(refuse_many, with_kwargs=True)
        events = self.run_task(self.task(batch=8, epochs=1))
        hook.remove()
        [reported] = [event for event in events if event["event"] == "settings"]
        self.assertEqual((reported["training"]["microBatch"], reported["training"]["passesPerStep"]), (2, 4))
        warnings = [event["message"] for event in events if event["event"] == "warning"]
        self.assertEqual([w.split(":")[0] for w in warnings], [f"out of memory with {n} samples per pass" for n in (8, 4)])

    def test_a_model_that_does_not_fit_at_all_says_so(self):
        def refuse(*_):
            raise torch.OutOfMemoryError("no memory")

        hook = self.base.model.register_forward_pre_hook(refuse)
        with self.assertRaisesRegex(RuntimeError, "out of memory with one sample per pass"):
            self.run_task(self.task())
        hook.remove()

    def test_the_base_model_is_whole_after_a_failure(self):
        names = set(dict(self.base.model.named_parameters()))
        plan = Plan("t", {**SETTINGS_DEFAULTS, **SETTINGS}, [], [], 1, 0, 0, None)
        with self.assertRaises(ValueError), new_lora(self.base, SETTINGS) as model:
            Loop(model, plan, "")
            raise ValueError
        self.assertEqual(set(dict(self.base.model.named_parameters())), names)


if __name__ == "__main__":
    unittest.main()
