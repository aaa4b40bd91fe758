"""A training that is killed at any moment goes on from its checkpoint, and ends with the adapter of one that was not."""

import contextlib
import io
import os
import signal
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

import torch
from child import limit_files, run_in_child
from job_file import SETTINGS_DEFAULTS
from loading import load_base
from support import MODELS, SETTINGS, samples_of_lengths, write_lines
from train import train

STEPS = 12


class Resume(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = load_base(str(MODELS / "qwen2-vl"), "float32")
        with tempfile.TemporaryDirectory() as folder:
            cls.whole, cls.log = cls.trained(cls.task(Path(folder)))

    @classmethod
    def task(cls, folder: Path, **changed) -> dict:
        settings = {**SETTINGS_DEFAULTS, **SETTINGS, "batch": 2, "epochs": 2, "keep": "best", **changed}
        return {
            "name": "t",
            "train": write_lines(folder / "train.jsonl", samples_of_lengths(range(STEPS))),
            "validation": write_lines(folder / "validation.jsonl", samples_of_lengths(range(3))),
            "adapter": str(folder / "adapter"),
            "log": str(folder / "log.jsonl"),
            "checkpointSeconds": 0,
            "settings": settings,
        }

    @classmethod
    def trained(cls, task: dict) -> tuple[bytes, str]:
        """The adapter's bytes and the log, after training in this process."""
        with contextlib.redirect_stdout(io.StringIO()):
            train(cls.base, task)
        return Path(task["adapter"], "adapter_model.safetensors").read_bytes(), Path(task["log"]).read_text()

    def in_child(self, task: dict, disturb: Callable[[], None], kill_at: int | None = None) -> tuple[int, list[dict]]:
        """Trains in a copy of this process, which is killed when it has done so many steps. Its end, and its events."""

        def work() -> None:
            disturb()
            train(self.base, task)

        return run_in_child(work, kill_at)

    def goes_on(self, task: dict) -> None:
        """The same call ends with the same adapter and log, and leaves no checkpoint."""
        adapter, log = self.trained(task)
        self.assertEqual(log, self.log)
        self.assertEqual(adapter, self.whole)
        self.assertFalse([name for name in os.listdir(Path(task["adapter"]).parent) if "checkpoint" in name])

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.current = self.task(self.folder)

    def checkpointed_step(self) -> int:
        return torch.load(self.folder / "adapter.checkpoint", weights_only=True)["state"]["step"]

    def test_killed_in_mid_training(self):
        end, _ = self.in_child(self.current, lambda: None, kill_at=5)
        self.assertEqual(end, signal.SIGKILL)
        self.assertTrue(1 <= self.checkpointed_step() < STEPS)
        self.goes_on(self.current)

    def test_killed_while_a_checkpoint_is_written(self):
        replace, calls = os.replace, []

        def replace_or_die(*names: str) -> None:
            calls.append(names)
            if len(calls) == 4:
                os.kill(os.getpid(), signal.SIGKILL)
            replace(*names)

        end, _ = self.in_child(self.current, lambda: setattr(os, "replace", replace_or_die))
        self.assertEqual(end, signal.SIGKILL)
        self.assertTrue((self.folder / "adapter.checkpoint.part").exists())
        self.assertEqual(self.checkpointed_step(), 3)
        self.goes_on(self.current)

    def test_killed_while_the_adapter_is_written(self):
        end, _ = self.in_child(self.current, lambda: setattr(os, "rename", lambda *_: os.kill(os.getpid(), signal.SIGKILL)))
        self.assertEqual(end, signal.SIGKILL)
        self.assertFalse((self.folder / "adapter").exists())
        self.goes_on(self.current)

    def test_a_checkpoint_of_another_training_is_not_used(self):
        self.in_child(self.task(self.folder, learningRate=0.001), lambda: None, kill_at=5)
        self.assertGreaterEqual(self.checkpointed_step(), 1)
        self.goes_on(self.current)

    def test_how_the_work_is_divided_is_no_other_training(self):
        self.in_child(self.task(self.folder, microBatch=1), lambda: None, kill_at=5)
        step = self.checkpointed_step()
        _, events = self.in_child(self.current, lambda: None)
        self.assertEqual(next(event["done"] for event in events if event["event"] == "progress"), step)

    def test_a_full_disk_costs_a_checkpoint_not_the_training(self):
        end, events = self.in_child(self.current, lambda: limit_files(len(self.whole) + 20_000))
        self.assertEqual(end, 0, events[-1])
        warnings = [event["message"] for event in events if event["event"] == "warning"]
        self.assertRegex(warnings[0], "the checkpoint .*adapter.checkpoint was not written: ")
        self.goes_on(self.current)

    def test_a_disk_too_full_for_the_adapter_leaves_the_checkpoint(self):
        end, events = self.in_child(self.current, lambda: None, kill_at=8)
        end, events = self.in_child(self.current, lambda: limit_files(len(self.whole) // 2))
        self.assertNotEqual(end, 0)
        self.assertRegex(events[-1]["message"], "adapter.*File too large|the adapter .* cannot be written")
        self.assertFalse((self.folder / "adapter").exists())
        self.assertTrue((self.folder / "adapter.checkpoint").exists())
        self.goes_on(self.current)


if __name__ == "__main__":
    unittest.main()
