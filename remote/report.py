"""Progress as JSON lines on standard output."""

import json
import sys


def report(event: str, **fields: object) -> None:
    """Writes one line and flushes it: a reader follows as it happens."""
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()
