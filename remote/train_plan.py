"""What a training goes over: which samples each step takes, when validation samples are tried, and its seeds."""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import torch
from parallel import Group
from training_tokens import Sample

VALIDATION_STEPS, MAX_VALIDATIONS = 40, 12  # optimiser steps between validations, at least; and how many, at most


@dataclass(frozen=True)
class Plan:
    """How the loop goes over its samples; what does not change while it runs."""

    task: str
    settings: dict
    samples: list[Sample]
    validation: list[Sample]
    micro_batch: int  # samples per pass
    axes: int  # position axes of packed rows (see `packed`); 0 for padded rows
    pad: int  # id of the padding token
    autocast: torch.dtype | None
    group: Group = field(default_factory=Group)

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(len(self.samples) / self.settings["batch"])

    @property
    def steps(self) -> int:
        return math.ceil(self.steps_per_epoch * self.settings["epochs"])

    def batch(self, step: int) -> list[Sample]:
        """The samples of an optimiser step, counted from 0: each epoch has all samples in an order of its own."""
        epoch, place = divmod(step, self.steps_per_epoch)
        order = permutation(len(self.samples), self.settings["seed"], epoch)
        size = self.settings["batch"]
        return [self.samples[i] for i in order[place * size : (place + 1) * size]]

    def validates_after(self, step: int) -> bool:
        """Whether the validation samples are tried after so many steps: at first, at even distances, and at the end."""
        count = min(MAX_VALIDATIONS, max(1, self.steps // VALIDATION_STEPS))
        return bool(self.validation) and step in {round(self.steps * i / count) for i in range(count + 1)}


@lru_cache(maxsize=2)
def permutation(count: int, seed: int, epoch: int) -> list[int]:
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed_of(seed, epoch))).tolist()


def seed_of(seed: int, *parts: int) -> int:
    """A seed for a part of a training, such as the dropout of one pass."""
    for part in parts:
        seed = (seed * 1_000_003 + part + 1) % 2**63
    return seed
