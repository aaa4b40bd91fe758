"""Adapters as part of the base model's weights while it predicts, which saves their extra matrix products."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torchvision_shim  # noqa: F401 - before peft, which imports transformers
from loading import Base
from peft.tuners.tuners_utils import BaseTunerLayer


def can_merge(base: Base) -> bool:
    """Whether a merged adapter predicts what a live one does, up to rounding: in fp32 alone.

    In 16 bits, a sum of weights is rounded far more coarsely than most of what an adapter adds to them.
    """
    return base.model.dtype == torch.float32


@contextmanager
def merged(adapted: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """Adds an adapter to the weights. Afterwards the weights are bit for bit those of before.

    PEFT's unmerge subtracts, which leaves rounding errors: the weights themselves are kept instead, in the memory of
    the CPU, where the GPU would have to hold them twice.
    """
    layers = [module for module in adapted.modules() if isinstance(module, BaseTunerLayer)]
    parameters = [parameter for layer in layers for parameter in layer.get_base_layer().parameters()]
    kept = [parameter.data.to("cpu") for parameter in parameters]
    try:
        for layer in layers:
            layer.merge(safe_merge=True)  # into a copy, not into the weights that are kept
        yield adapted
    finally:
        for parameter, weight in zip(parameters, kept, strict=True):
            parameter.data = weight.to(parameter.device)
        for layer in layers:
            layer.merged_adapters.clear()
