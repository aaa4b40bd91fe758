"""The job file and the events on standard output."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import unittest
from importlib import metadata
from pathlib import Path

from job_file import SETTINGS_DEFAULTS, BadJob, read_job
from support import MODELS, ROOT, SETTINGS, copy_model, request, write_lines

PREDICT = {"kind": "predict", "name": "p", "requests": "q.jsonl", "records": "r.jsonl"}
TRAIN = {"kind": "train", "name": "t", "train": "t.jsonl", "adapter": "a", "log": "l.jsonl", "settings": SETTINGS}
JOB = {"model": "no/such/model", "tasks": [PREDICT, TRAIN]}
# Writes to descriptor 1 without a newline, as a native library does, while the job runs.
NOISE = """
import os, sys, threading, time
def write():
    while "torch" not in sys.modules: time.sleep(0.001)
    while True: os.write(1, b"NATIVE"); print("PRINTED", end=""); time.sleep(0.02)
threading.Thread(target=write, daemon=True).start()
"""


class InFolder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def write(self, job: object) -> Path:
        file = self.folder / "job.json"
        file.write_text(json.dumps(job))
        return file

    def run_job(self, job: object, **env: str) -> tuple[int, list[dict], str]:
        """Exit code, events and standard error. Any line of standard output that is not an event fails the test."""
        file = self.write(job)
        command = [sys.executable, str(ROOT / "remote/job.py"), str(file)]
        child = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,  # stays open: the job ends when it closes
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with child:
            stdout, stderr = child.stdout, child.stderr
            lines, log = stdout.read(), stderr.read()
            code = child.wait()
        return code, [json.loads(line) for line in lines.splitlines()], log


class Job(InFolder):
    def test_reports_events_and_nothing_else(self):
        (self.folder / "sitecustomize.py").write_text(NOISE)
        write_lines(self.folder / "q.jsonl", [request("a"), request("b")])
        failing = {**PREDICT, "name": "no adapter", "adapter": "none", "records": "n.jsonl"}
        last = {**PREDICT, "name": "not tried", "records": "never.jsonl"}
        job = {"model": str(MODELS / "qwen2"), "tasks": [PREDICT, failing, last]}
        path = os.pathsep.join([str(self.folder), str(ROOT / "remote")])
        code, events, log = self.run_job(job, PYTHONPATH=path)
        self.assertTrue("NATIVE" in log and "PRINTED" in log)
        self.assertEqual(
            [(event["event"], event.get("task")) for event in events],
            [
                ("ready", None),
                ("environment", None),
                ("task", "p"),
                ("settings", "p"),
                ("progress", "p"),
                ("progress", "p"),
                ("done", "p"),
                ("task", "no adapter"),
                ("settings", "no adapter"),
                ("progress", "no adapter"),
                ("error", "no adapter"),
            ],
        )
        self.assertEqual(code, 1)
        message = "FileNotFoundError: there is no adapter at 'none': expected the file adapter_config.json there"
        self.assertEqual(events[-1]["message"], message)
        self.assertTrue("Traceback" in log)
        self.assertFalse((self.folder / "never.jsonl").exists())
        self.assertEqual(events[0], {"event": "ready", "model": job["model"], "revision": None})
        import torch

        from job import cpu_name

        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.assertEqual(
            {**events[1], "gpu": None},
            {
                "event": "environment",
                "python": platform.python_version(),
                "torch": torch.__version__,
                **{name: metadata.version(name) for name in ("transformers", "peft", "accelerate")},
                "device": device,
                "gpu": None,
                "cpu": {
                    "name": cpu_name(),
                    "threads": 1,
                    "instructions": torch.backends.cpu.get_cpu_capability(),
                },
            },
        )
        self.assertNotEqual(cpu_name(), "")

    def test_the_environment_shows_what_the_cpu_s_kernels_were_limited_to(self):
        write_lines(self.folder / "q.jsonl", [request("a")])
        limits = {"ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE"}
        code, events, _ = self.run_job({"model": str(MODELS / "qwen2"), "threads": 2, "tasks": [PREDICT]}, **limits)
        seen = {key: value for key, value in events[1]["cpu"].items() if key != "name"}
        self.assertEqual((code, seen), (0, {"threads": 2, "instructions": "DEFAULT", **limits}))

    def test_warnings_of_libraries_are_events(self):
        """transformers warns of a model whose settings do not fit together; no other model of the kit makes it warn."""
        write_lines(self.folder / "q.jsonl", [request("a")])
        model = copy_model("qwen2", self.folder / "model", {"temperature": 0.5})
        code, events, log = self.run_job({"model": model, "tasks": [PREDICT]})
        warnings = [event for event in events if event["event"] == "warning"]
        self.assertEqual((code, len(warnings)), (0, 1))
        self.assertRegex(warnings[0]["message"], r"^transformers: The following generation flags .*'temperature'")
        self.assertIn("The following generation flags", log)

    def test_a_bad_job_is_code_2_before_a_model_is_loaded(self):
        code, events, log = self.run_job({**JOB, "dtype": "float8"})
        self.assertEqual((code, [event["event"] for event in events], log), (2, ["error"], ""))
        self.assertRegex(events[0]["message"], "'dtype' is 'float8', expected 'float32' or 'bfloat16' or .* or 'nf4'$")

    def test_a_model_that_cannot_be_loaded_is_no_task_s_error(self):
        code, events, _ = self.run_job(JOB)
        self.assertEqual((code, len(events), events[0].keys()), (1, 1, {"event", "message"}))
        self.assertIn("the model 'no/such/model' cannot be loaded (there is no such folder)", events[0]["message"])


class JobFile(InFolder):
    def refused(self, job: object, message: str) -> None:
        with self.assertRaisesRegex(BadJob, message):
            read_job(self.write(job))

    def test_fills_in_defaults(self):
        job = read_job(self.write(JOB))
        self.assertEqual(
            {name: value for name, value in job.items() if name != "tasks"},
            {"model": "no/such/model", "revision": None, "threads": 1, "dtype": "float32", "date": "26 Jul 2024"},
        )
        predict = {"adapter": None, "batch": 64, "tokens": None, "likelihood": None, "options": None}
        train = {"validation": None, "checkpointSeconds": 180, "settings": {**SETTINGS_DEFAULTS, **SETTINGS}}
        self.assertEqual(job["tasks"], [{**PREDICT, **predict}, {**TRAIN, **train}])

    def test_refuses_unknown_fields_by_name(self):
        self.refused({**JOB, "epoch": 1}, "unknown field 'epoch', expected one of model, revision")
        self.refused({**JOB, "tasks": [{**PREDICT, "temperature": 0}]}, r"tasks\[0\]: unknown field 'temperature'")
        settings = {**SETTINGS, "epoch": 1}
        self.refused({**JOB, "tasks": [PREDICT, {**TRAIN, "settings": settings}]}, r"tasks\[1\]\.settings: unknown field 'epoch'")

    def test_refuses_missing_fields_by_name(self):
        for name in ("model", "tasks"):
            self.refused({key: value for key, value in JOB.items() if key != name}, f"'{name}' is missing")
        for name in SETTINGS:
            settings = {key: value for key, value in SETTINGS.items() if key != name}
            self.refused({**JOB, "tasks": [{**TRAIN, "settings": settings}]}, f"settings: '{name}' is missing")

    def test_refuses_values_that_cannot_be(self):
        nan, infinite = float("nan"), float("inf")
        for name, values in {
            "model": ["", None, 3],
            "revision": ["", 3],
            "threads": [0, 1.5, True, "1"],
            "dtype": ["float64", None],
            "date": ["2024-07-26", "31 Feb 2024", "", None, 3],
            "tasks": [[], {}, ["p"]],
        }.items():
            for value in values:
                self.refused({**JOB, name: value}, f"'{name}' is .*expected ")
        for name, values in {
            "rank": [0, 1.5, "8", True],
            "alpha": [0, -1, nan, "16"],
            "dropout": [-0.1, 1, nan, None],
            "learningRate": [0, infinite, "1e-4"],
            "epochs": [0, -1, nan],
            "batch": [0, 2.5],
            "scheduler": ["liner", None],
            "seed": [-1, 1.5, 2**32],
            "loss": ["all", None],
        }.items():
            for value in values:
                self.refused({**JOB, "tasks": [{**TRAIN, "settings": {**SETTINGS, name: value}}]}, f"'{name}' is .*expected ")
        for name, values in {
            "batch": [0, None],
            "adapter": ["", 1],
            "records": [None],
            "name": [""],
            "tokens": [0, 1.5, "8000"],
            "likelihood": ["letters", True],
            "options": ["", 1],
        }.items():
            for value in values:
                self.refused({**JOB, "tasks": [{**PREDICT, name: value}]}, f"'{name}' is .*expected ")

    def test_likelihood_needs_options(self):
        message = "'likelihood' is 'text', which needs the file of 'options'"
        self.refused({**JOB, "tasks": [{**PREDICT, "likelihood": "text"}]}, message)
        read_job(self.write({**JOB, "tasks": [{**PREDICT, "likelihood": "text", "options": "o.jsonl"}]}))

    def test_refuses_what_is_no_job(self):
        self.refused([], "expected an object")
        self.refused({**JOB, "tasks": [PREDICT, PREDICT]}, "two tasks are named 'p'")
        self.refused({**JOB, "tasks": [{"kind": "dance"}]}, r"tasks\[0\]\.kind is 'dance', expected 'predict' or 'train'")
        with self.assertRaisesRegex(BadJob, "none.json: "):
            read_job(self.folder / "none.json")


if __name__ == "__main__":
    unittest.main()
