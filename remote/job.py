"""Runs a job: loads one base model once, and runs a list of tasks over it.

    python remote/job.py JOB.json

Standard output carries events only, one JSON object per line; everything else goes to standard error:
  {"event": "ready", model, revision}   the model is loaded; `revision` is the commit it was loaded from, if any
  {"event": "environment", python, torch, transformers, peft, accelerate, device, gpu, cpu}
  {"event": "task", task}               a task starts
  {"event": "settings", task, date, generation | training, …}   the settings that the task really uses
  {"event": "progress", task, done, total, tokens, …}   `tokens`: read or written so far by this process
  {"event": "warning", message, task?}  what the user should know, also all that libraries warn of; each once per task
  {"event": "done", task, seconds}
  {"event": "error", message, task?}    the job ends here; `task` is the task that failed, if it was one

Exit code: 0 done, 1 failed, 2 the job file is wrong. After a task has failed, the tasks after it are not run.
Paths in the job file are relative to the working directory. The process ends when its standard input closes, so
it never outlives the process that started it.
"""

import os
import platform
import sys
import threading
import time
import traceback
from importlib import metadata
from pathlib import Path

from job_file import BadJob, read_job
from report import keep_stdout, report
from warning_events import WarningEvents

# Variables that limit which kernels PyTorch, oneDNN and MKL choose for a CPU. Other kernels round sums differently.
KERNELS = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS")


def end_with_parent() -> None:
    """Ends this process when standard input closes: the process that started it holds the other end."""

    def wait() -> None:
        while os.read(0, 1):  # not sys.stdin, whose lock would be held when the interpreter ends
            pass
        os._exit(143)

    threading.Thread(target=wait, daemon=True).start()


def load(job: dict):
    """The job's base model."""
    from loading import load_for_job

    base = load_for_job(job)
    report("ready", model=job["model"], revision=base.commit)
    report("environment", **environment(base.model.device.type))
    return base


def environment(device: str) -> dict:
    """The libraries, the hardware and the settings of this process that results may depend on."""
    import torch

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        **{name: metadata.version(name) for name in ("transformers", "peft", "accelerate")},
        "device": device,
        "gpu": torch.cuda.get_device_name() if device == "cuda" else None,
        "cpu": {
            "name": cpu_name(),
            "threads": torch.get_num_threads(),
            "instructions": torch.backends.cpu.get_cpu_capability(),
            **{name: os.environ[name] for name in KERNELS if name in os.environ},
        },
    }


def cpu_name() -> str:
    """The type of this machine's CPU, as the machine names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def run_task(base, job: dict, task: dict) -> None:
    report("task", task=task["name"])
    started = time.time()
    if task["kind"] == "predict":
        from predict import predict

        predict(base, task)
    elif task["settings"]["processes"] > 1:
        from parallel import train_in_processes

        train_in_processes(base, job, task)
    else:
        from train import train

        train(base, task)
    report("done", task=task["name"], seconds=round(time.time() - started, 2))


def run(job: dict, warned: WarningEvents) -> int:
    """Runs the tasks in order, up to the first that fails. Returns the exit code."""
    failing: dict[str, str] = {}  # the task that an error belongs to
    try:
        base = load(job)
        for task in job["tasks"]:
            failing = {"task": task["name"]}
            warned.task = task["name"]
            run_task(base, job, task)
    except Exception as error:  # noqa: BLE001 - any failure becomes an event for the caller
        report("error", message=f"{type(error).__name__}: {error}", **failing)
        traceback.print_exc()
        return 1
    return 0


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python remote/job.py JOB.json", file=sys.stderr)
        return 2
    keep_stdout()
    try:
        job = read_job(Path(arguments[0]))
    except BadJob as error:
        report("error", message=str(error))
        return 2
    end_with_parent()
    return run(job, WarningEvents.install())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
