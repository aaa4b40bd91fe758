"""What goes wrong while replies are written: nothing that was written is lost, and the same call goes on."""

import contextlib
import io
import signal
import tempfile
import unittest
from pathlib import Path

from child import limit_files, run_in_child
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

        def work() -> None:
            if file_bytes:
                limit_files(file_bytes)
            predict(self.base, task)

        return run_in_child(work, kill_at)

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
