"""Events as JSON lines on standard output."""

import json
import os
import sys

_events = None  # where events go once keep_stdout has run; before that, sys.stdout
_errors_only = False


def keep_stdout() -> None:
    """Reserves standard output for events. All other output, also that of native code, goes to standard error."""
    global _events
    sys.stdout.flush()
    _events = os.fdopen(os.dup(1), "w", encoding="utf8", newline="\n")
    os.dup2(2, 1)


def report_errors_only() -> None:
    """Leaves all events but errors to another process of the same training."""
    global _errors_only
    _errors_only = True


def report(event: str, **fields: object) -> None:
    """Writes one event as a line and flushes it, so that the caller sees it at once."""
    if _errors_only and event != "error":
        return
    out = _events or sys.stdout
    out.write(json.dumps({"event": event, **fields}) + "\n")
    out.flush()
