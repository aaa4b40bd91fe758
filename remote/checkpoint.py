"""Checkpoints of a training: one file beside the adapter, from which the same call goes on after an interruption."""

import os
import time
from pathlib import Path

import torch
from report import report

SECONDS = 180  # between checkpoints


class Checkpoint:
    """The newest checkpoint of one training, and when the next one is due."""

    def __init__(self, adapter: str, identity: dict, seconds: float = SECONDS):
        """@param identity: what the training is: a checkpoint of another training is not used"""
        self.file = Path(f"{adapter}.checkpoint")
        self.identity = identity
        self.seconds = seconds
        self.last = time.monotonic()

    def load(self) -> dict | None:
        """The state in the file, or None if there is none of this training. Only tensors and plain values are read."""
        if not self.file.exists():
            return None
        saved = torch.load(self.file, map_location="cpu", weights_only=True)
        return saved["state"] if saved["identity"] == self.identity else None

    def is_due(self) -> bool:
        return time.monotonic() - self.last >= self.seconds

    def save(self, state: dict, task: str) -> None:
        """Replaces the file once the new one is whole. A full disk is reported, and the training goes on."""
        part = self.file.with_suffix(".checkpoint.part")
        try:
            with open(part, "wb") as file:
                torch.save({"identity": self.identity, "state": state}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.file)
        except (OSError, RuntimeError) as error:  # torch's writer raises RuntimeError where a write fails
            part.unlink(missing_ok=True)
            report("warning", task=task, message=f"the checkpoint {self.file} was not written: {error}")
        self.last = time.monotonic()

    def remove(self) -> None:
        for file in (self.file, self.file.with_suffix(".checkpoint.part")):
            file.unlink(missing_ok=True)
