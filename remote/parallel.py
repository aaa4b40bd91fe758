"""One training in several processes, one per GPU: each takes a share of every batch, and their gradients are added.

The optimiser's state is not divided between processes, as DeepSpeed's ZeRO-2 does (paper, Appendix B.4): for LoRA it
is 1 GB. The result is the same.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import torch
import torch.distributed as dist
from loading import Base, load_for_job
from report import keep_stdout, report, report_errors_only

HERE = Path(__file__).parent


class Group:
    """The processes of a training. Without a process group, this process is the only one."""

    def __init__(self) -> None:
        self.rank = dist.get_rank() if dist.is_initialized() else 0
        self.size = dist.get_world_size() if dist.is_initialized() else 1

    def add(self, tensors: Iterable[torch.Tensor]) -> None:
        """Adds up each tensor over all processes, in place."""
        if self.size > 1:
            for tensor in tensors:
                dist.all_reduce(tensor)

    def least(self, value: int) -> int:
        """The smallest value of all processes, so that they divide batches alike although their GPUs may differ."""
        if self.size == 1:
            return value
        found = torch.tensor(value, device="cuda" if torch.cuda.is_available() else "cpu")
        dist.all_reduce(found, dist.ReduceOp.MIN)
        return int(found)

    def wait(self) -> None:
        if self.size > 1:
            dist.barrier()


def train_in_processes(base: Base, job: dict, task: dict) -> None:
    """Trains with `task["settings"]["processes"]` processes, which load the base model each. Forwards the events.

    Meanwhile, this process's model leaves its GPU.
    """
    if getattr(base.model, "is_quantized", False):
        raise RuntimeError("4-bit weights are trained on one GPU: set `runtime.training.gpus: 1`, or another `dtype`")
    device = base.model.device
    base.model.to("cpu")
    torch.cuda.empty_cache()
    try:
        run_processes(job, task)
    finally:
        base.model.to(device)


def run_processes(job: dict, task: dict) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "job.json"
        file.write_text(json.dumps({**job, "tasks": [task]}))
        count = str(task["settings"]["processes"])
        command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", count, str(HERE / "parallel.py")]
        with subprocess.Popen([sys.executable, *command, str(file)], stdout=subprocess.PIPE, text=True) as child:
            events = [forwarded(line) for line in child.stdout]
        failures = [event["message"] for event in events if event["event"] == "error"]
        if child.returncode != 0:
            raise RuntimeError(failures[0] if failures else f"a process of the training ended ({child.returncode})")


def forwarded(line: str) -> dict:
    """Reports an event of another process as this one's, except errors, which the caller raises."""
    event = json.loads(line)
    if event["event"] != "error":
        report(**event)
    return event


def main(path: str) -> int:
    """One of the processes. All but the first report only errors."""
    from job_file import read_job
    from train import train

    keep_stdout()
    job = read_job(Path(path))
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    if dist.get_rank() > 0:
        report_errors_only()
    try:
        base = load_for_job(job)
        train(base, job["tasks"][0], Group())
    except Exception as error:  # noqa: BLE001 - any failure becomes an event for the caller
        report("error", message=f"{type(error).__name__}: {error}")
        raise
    finally:
        dist.destroy_process_group()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
