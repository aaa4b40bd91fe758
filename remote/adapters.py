"""Switching an adapter on over a base model, and off again."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft import PeftModel
from transformers import PreTrainedModel


@contextmanager
def with_adapter(model: PreTrainedModel, folder: str | None) -> Iterator[torch.nn.Module]:
    """The model with the adapter of `folder`, or as it is; afterwards it is as it was.

    An adapter can be ignored without a word, so one that would change nothing is an error.
    """
    if folder is None:
        yield model
        return
    adapted = PeftModel.from_pretrained(model, folder).eval()
    ups = [p for name, p in adapted.named_parameters() if "lora_B" in name]
    if not ups or all(p.abs().max() == 0 for p in ups):
        adapted.unload()
        raise RuntimeError(f"the adapter '{folder}' changes nothing: its B matrices are missing or zero")
    try:
        yield adapted
    finally:
        adapted.unload()
