"""One training in two processes has the losses of one process, and their errors reach the job's events."""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from job_file import SETTINGS_DEFAULTS
from loading import load_base
from support import MODELS, ROOT, SETTINGS, samples_of_lengths, write_lines
from train import train

MODEL = str(MODELS / "qwen2-vl")


class Parallel(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def task(self, count: int, name: str, samples: list[dict]) -> dict:
        return {
            "kind": "train",
            "name": name,
            "train": write_lines(self.folder / f"{name}.jsonl", samples),
            "validation": write_lines(self.folder / "validation.jsonl", samples_of_lengths(range(3))),
            "adapter": str(self.folder / name),
            "log": str(self.folder / f"{name}.log"),
            "checkpointSeconds": 0,
            "settings": {**SETTINGS, "epochs": 1, "batch": 5, "dropout": 0, "microBatch": 2, "processes": count},
        }

    def run_job(self, *tasks: dict) -> tuple[int, list[dict]]:
        """Exit code and events of a job."""
        job = self.folder / "job.json"
        job.write_text(json.dumps({"model": MODEL, "tasks": tasks}))
        command = [sys.executable, str(ROOT / "remote/job.py"), str(job)]
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with child:
            events = [json.loads(line) for line in child.stdout]
            child.stderr.read()
        return child.returncode, events

    def log(self, name: str) -> list[dict]:
        return [json.loads(line) for line in (self.folder / f"{name}.log").read_text().splitlines()]

    def test_equal_losses_and_named_errors(self):
        samples = samples_of_lengths(range(51))  # the last batch has one sample: a process has no share of it
        broken = [{**samples[0], "completion": []}]
        code, events = self.run_job(self.task(2, "together", samples), self.task(2, "broken", broken))
        kinds = [(event["event"], event.get("task")) for event in events if event["event"] not in ("progress", "warning")]
        together, failed = [("task", "together"), ("settings", "together"), ("done", "together")], ("error", "broken")
        self.assertEqual(kinds[2:], [*together, ("task", "broken"), failed])
        self.assertEqual(code, 1)
        self.assertRegex(events[-1]["message"], r"broken.jsonl, line 1: 'completion' is \[\]")

        alone = self.task(1, "alone", samples)
        alone["settings"] = {**SETTINGS_DEFAULTS, **alone["settings"]}
        with contextlib.redirect_stdout(io.StringIO()):
            train(load_base(MODEL, "float32"), alone)
        self.assertEqual([line["step"] for line in self.log("together")], [line["step"] for line in self.log("alone")])
        for one, other in zip(self.log("alone"), self.log("together")):
            for key, value in one.items():
                self.assertLessEqual(abs(value - other[key]), 1e-4 * max(1, abs(value)), key)
        self.assertTrue((self.folder / "together/adapter_model.safetensors").exists())


if __name__ == "__main__":
    unittest.main()
