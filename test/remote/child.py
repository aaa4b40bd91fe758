"""A copy of the test's process, in which work can be killed, or meet a full disk, without harm to the test."""

import contextlib
import json
import os
import resource
import signal
from collections.abc import Callable


def run_in_child(work: Callable[[], None], kill_at: int | None = None) -> tuple[int, list[dict]]:
    """Does work in a copy of this process, which is killed when it has reported so much done. Its end, and its events."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 1
        events = os.fdopen(write, "w")
        try:
            with contextlib.redirect_stdout(events):
                work()
            code = 0
        except Exception as error:  # noqa: BLE001 - for the parent
            events.write(json.dumps({"event": "error", "message": str(error)}) + "\n")
        finally:
            events.flush()
            os._exit(code)
    os.close(write)
    events = []
    with os.fdopen(read) as lines:
        for line in lines:
            events.append(json.loads(line))
            if kill_at is not None and events[-1].get("done", -1) >= kill_at:
                os.kill(child, signal.SIGKILL)
                kill_at = None
    return os.waitpid(child, 0)[1], events


def limit_files(size: int) -> None:
    """Lets no file of this process grow beyond a size in bytes, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
