"""What goes wrong while replies are written: nothing that was written is lost, and the same call goes on."""

import contextlib
import io
import json
import os
import resource
import signal
import tempfile
import unittest
from pathlib import Path

from loading import load_base
from predict import predict
from support import MODELS, PROMPT, request, write_lines

COUNT = 12


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = load_base(str(MODELS / "qwen2"), "float32")
        with tempfile.TemporaryDirectory() as folder:
            cls.whole = cls.replies(cls.task(Path(folder)))

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    @classmethod
    def task(cls, folder: Path) -> dict:
        sampled = {"temperature": 1, "max_tokens": 8}
        requests = [request(f"{i:02}", PROMPT + "Look. " * i, seed=i, **sampled) for i in range(COUNT)]
        settings = {"name": "t", "adapter": None, "batch": 2, "tokens": None, "likelihood": None, "options": None}
        file = write_lines(folder / "q.jsonl", requests)
        return {**settings, "requests": file, "records": str(folder / "r.jsonl")}

    @classmethod
    def replies(cls, task: dict) -> bytes:
        with contextlib.redirect_stdout(io.StringIO()):
            predict(cls.base, task)
        return Path(task["records"]).read_bytes()

    def in_child(self, task: dict, file_bytes: int | None = None, kill_at: int | None = None) -> tuple[int, list[dict]]:
        """Predicts in a copy of this process. Its end, and its events.

        @param file_bytes: the size that no file can exceed, as on a full disk
        @param kill_at: it is killed when it has so many replies
        """
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            events = os.fdopen(write, "w")
            try:
                if file_bytes:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
                with contextlib.redirect_stdout(events):
                    predict(self.base, task)
            except Exception as error:  # noqa: BLE001 - for the parent
                events.write(json.dumps({"event": "error", "message": str(error)}) + "\n")
            finally:
                events.flush()
                os._exit(0)
        os.close(write)
        events = []
        with os.fdopen(read) as lines:
            for line in lines:
                events.append(json.loads(line))
                if kill_at is not None and events[-1].get("done") == kill_at:
                    os.kill(child, signal.SIGKILL)
        return os.waitpid(child, 0)[1], events

    def test_killed_in_mid_prediction(self):
        task = self.task(self.folder)
        end, _ = self.in_child(task, kill_at=4)
        self.assertEqual(end, signal.SIGKILL)
        kept = Path(task["records"]).read_bytes()
        self.assertTrue(0 < len(kept) < len(self.whole))
        self.assertEqual(self.replies(task), self.whole)

    def test_killed_while_it_writes(self):
        task = self.task(self.folder)
        line = self.whole.index(b"\n") + 1
        for cut in (1, line - 1, line, 3 * line + 20):
            Path(task["records"]).write_bytes(self.whole[:cut])
            self.assertEqual(self.replies(task), self.whole)

    def test_full_disk(self):
        task = self.task(self.folder)
        size = len(self.whole) * 2 // 3
        _, events = self.in_child(task, file_bytes=size)
        message = r"File too large: the lines before are kept. Free some space, .*r\.jsonl'"
        self.assertRegex(events[-1]["message"], message)
        kept = Path(task["records"]).read_bytes()
        told = max(event["done"] for event in events if event["event"] == "progress")
        self.assertEqual(kept, self.whole[: len(kept)])
        self.assertGreaterEqual(kept.count(b"\n"), told)
        self.assertGreater(told, 0)
        self.assertEqual(self.replies(task), self.whole)


if __name__ == "__main__":
    unittest.main()
