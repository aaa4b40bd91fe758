"""The supervisor of a job, with the made-up job program of test/runtime/job.py."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "remote"))

import supervise  # noqa: E402


class SupervisorTest(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for name in ("supervise.py", "workspace.py"):
            shutil.copy(ROOT / "remote" / name, self.root)
        shutil.copy(ROOT / "test/runtime/job.py", self.root)
        self.folder = self.root / "jobs" / "0123456789abcdef"
        self.folder.mkdir(parents=True)
        (self.root / "objects").mkdir()

    def start(self, task: str, *options: str) -> subprocess.Popen:
        tasks = [{"name": task, "records": f"{task}.jsonl"}]
        job = {"model": "m", "threads": 1, "tasks": tasks}
        spec = {"job": job, "inputs": [], "outputs": [f"{task}.jsonl"]}
        (self.folder / "spec.json").write_text(json.dumps(spec))
        objects = ["--objects", str(self.root / "objects")]
        given = options if "--attempt" in options else ("--attempt", "1", *options)
        return subprocess.Popen([sys.executable, str(self.root / "supervise.py"), str(self.folder), *objects, *given])

    def result(self) -> dict:
        return json.loads((self.folder / "result.json").read_text())

    def events(self, name: str) -> list[dict]:
        lines = (self.folder / "events.jsonl").read_text().splitlines()
        return [event for event in map(json.loads, lines) if event["event"] == name]

    def until(self, name: str) -> None:
        deadline = time.time() + 20
        while not ((self.folder / "events.jsonl").exists() and self.events(name)):
            self.assertLess(time.time(), deadline)
            time.sleep(0.05)

    def test_job_that_is_told_to_end_was_preempted_or_out_of_time(self):
        for options, kind in [((), "terminated"), (("--attempt", "2", "--limit", "91"), "time")]:
            process = self.start("slow", *options)
            self.until("progress")
            time.sleep(1.2)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(20), 1)
            self.assertEqual(self.result()["kind"], kind)
            os.remove(self.folder / "events.jsonl")

    def test_attempt_is_made_once(self):
        for _ in range(2):
            self.assertEqual(self.start("good").wait(20), 0)
        self.assertEqual(len(self.events("attempt")), 1)
        self.assertEqual(self.start("good", "--attempt", "2").wait(20), 0)
        self.assertEqual(len(self.events("attempt")), 2)

    def test_second_process_on_a_job_ends_at_once(self):
        first = self.start("slow")
        self.until("progress")
        self.assertEqual(self.start("slow", "--attempt", "2").wait(20), 0)
        self.assertEqual(first.wait(20), 0)
        self.assertEqual(len(self.events("attempt")), 1)

    def test_jobs_of_a_machine_have_a_gpu_each_and_wait_for_one(self):
        bin_folder = self.root / "bin"
        bin_folder.mkdir()
        (bin_folder / "nvidia-smi").write_text("#!/bin/sh\nprintf 'A card, 1.2\\nA card, 1.2\\n'\n")
        (bin_folder / "nvidia-smi").chmod(0o755)
        path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
        with unittest.mock.patch.dict(os.environ, {"PATH": path}):
            processes = []
            for i in range(3):
                self.folder = self.root / "jobs" / f"{i:016x}"
                self.folder.mkdir()
                processes.append(self.start(f"slow-{i}", "--slots", "2"))
                self.until("queued" if i == 2 else "running")
        for process in processes:
            self.assertEqual(process.wait(60), 0)
        devices = []
        for i in range(3):
            record = json.loads((self.root / "jobs" / f"{i:016x}" / "work" / f"slow-{i}.jsonl").read_text())
            devices.append(record["device"])
        self.assertEqual(devices[:2], ["0", "1"])
        self.assertIn(devices[2], ["0", "1"])
        self.assertEqual(self.events("attempt")[0]["gpus"], ["A card", "A card"])

    def test_input_that_is_missing_ends_in_a_result(self):
        process = self.start("good")
        process.wait(20)
        spec = json.loads((self.folder / "spec.json").read_text())
        spec["inputs"] = [{"path": "in.txt", "sha256": "0" * 64}]
        (self.folder / "spec.json").write_text(json.dumps(spec))
        other = [sys.executable, str(self.root / "supervise.py"), str(self.folder), "--attempt", "2"]
        subprocess.run([*other, "--objects", str(self.root / "objects")], check=False)
        self.assertEqual(self.result()["kind"], "failed")
        self.assertIn("0" * 64, self.result()["message"])

    def test_messages_hold_no_escape_codes_and_no_secrets(self):
        with unittest.mock.patch.dict(os.environ, {"WOV_TEST_TOKEN": "planted-0123456789"}):
            self.start("fail").wait(20)
        self.assertEqual(self.result()["message"], "ValueError: it cannot be done: red [secret]")
        self.assertNotIn("planted", (self.folder / "events.jsonl").read_text())

    def test_output_of_an_earlier_attempt_stays(self):
        self.start("good").wait(20)
        self.start("good", "--attempt", "2").wait(20)
        self.assertEqual(len((self.folder / "work/good.jsonl").read_text().splitlines()), 2)


class CleanTest(unittest.TestCase):
    def test_secrets_and_escape_codes_go(self):
        os.environ["SOME_API_KEY"] = "planted-0123456789"
        self.addCleanup(os.environ.pop, "SOME_API_KEY")
        text = "\x1b[31mred\x1b[0m planted-0123456789 hf_abcdefghijklmnopqrst sk-abcdefghijklmnopqrst\x07\x1b]0;t\x07 end"
        self.assertEqual(supervise.clean(text), "red [secret] [secret] [secret] end")


if __name__ == "__main__":
    unittest.main()
