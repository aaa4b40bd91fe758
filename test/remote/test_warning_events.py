"""Warnings of libraries become events, once per task, and stay on standard error."""

import json
import subprocess
import sys
import unittest

from support import ROOT

LIBRARIES = """
import logging, sys, warnings
sys.path.insert(0, "remote")
from report import keep_stdout
from warning_events import WarningEvents

keep_stdout()
logging.getLogger("transformers").propagate = False  # as transformers does
logging.getLogger("transformers").addHandler(logging.StreamHandler())
events = WarningEvents.install()
for events.task in (None, "a", "b"):
    for _ in range(3):
        warnings.warn("soft", stacklevel=1)
        logging.getLogger("transformers.models").warning("%s of two", "one")
        for name in ("peft.tuners", "trl", "accelerate.utils", "another"):
            logging.getLogger(name).error("wrong")
        logging.getLogger("peft").info("well")
warnings.warn("`is_gradient_checkpointing` is deprecated and so on", FutureWarning)
"""


class Events(unittest.TestCase):
    def test_events(self):
        done = subprocess.run([sys.executable, "-c", LIBRARIES], cwd=ROOT, capture_output=True, text=True, check=True)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        logged = ["transformers: one of two", "peft: wrong", "trl: wrong", "accelerate: wrong", "another: wrong"]
        # Python itself gives the warning of one line of code only once.
        self.assertEqual([event["message"] for event in events if "task" not in event], ["UserWarning: soft", *logged])
        for task in ("a", "b"):
            self.assertEqual([event["message"] for event in events if event.get("task") == task], logged)
        self.assertEqual({event["event"] for event in events}, {"warning"})
        self.assertEqual([done.stderr.count(text) for text in ("UserWarning: soft", "one of two", "wrong")], [1, 9, 36])
        self.assertIn("`is_gradient_checkpointing` is deprecated", done.stderr)
        self.assertNotIn("well", done.stderr)


if __name__ == "__main__":
    unittest.main()
