"""Runs a job: one base model, loaded once, and a list of tasks over it.

    python remote/job.py JOB.json

Standard output carries one JSON object a line: {"event": "ready" | "task" | "progress" | "done" | "error", …}.
Exit code: 0 done, 1 failed, 2 the job file is wrong. Paths in the job file are relative to the working
directory. The process ends when its standard input closes, so that it never outlives who started it.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

from report import report


class BadJob(ValueError):
    """The job file asks for something that cannot be."""


def read_job(path: Path) -> dict:
    """The job, with its fields checked before a model is loaded for nothing."""
    try:
        job = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise BadJob(f"{path}: {error}") from error
    for field in ("model", "tasks"):
        if field not in job:
            raise BadJob(f"{path}: '{field}' is missing")
    for i, task in enumerate(job["tasks"]):
        if task.get("kind") not in ("predict", "train"):
            raise BadJob(f"{path}: tasks[{i}].kind is {task.get('kind')!r}, expected 'predict' or 'train'")
    return job


def end_with_parent() -> None:
    """Ends this process when standard input closes: whoever started it holds the other end."""

    def wait() -> None:
        while os.read(0, 1):  # not sys.stdin: its lock would be held at the interpreter's end
            pass
        os._exit(143)

    threading.Thread(target=wait, daemon=True).start()


def run(job: dict) -> None:
    """Loads the model and does one task after another."""
    import torch

    torch.set_num_threads(job.get("threads", 1))
    from loading import load_base

    base = load_base(job["model"], job.get("dtype", "float32"))
    report("ready", model=job["model"])
    for task in job["tasks"]:
        report("task", task=task["name"])
        started = time.time()
        if task["kind"] == "predict":
            from predict import predict

            predict(base, task)
        else:
            from train import train

            train(base, task)
        report("done", task=task["name"], seconds=round(time.time() - started, 2))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python remote/job.py JOB.json", file=sys.stderr)
        return 2
    try:
        job = read_job(Path(arguments[0]))
        end_with_parent()
        run(job)
    except BadJob as error:
        report("error", message=str(error))
        return 2
    except Exception as error:  # noqa: BLE001 - the one place where any failure becomes a line for the caller
        report("error", message=f"{type(error).__name__}: {error}")
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
