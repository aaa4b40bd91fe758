"""Adding an adapter to a base model, and removing it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
import torchvision_shim  # noqa: F401 - before peft, which imports transformers
from peft import PeftModel
from transformers import PreTrainedModel


@contextmanager
def with_adapter(model: PreTrainedModel, folder: str | None) -> Iterator[torch.nn.Module]:
    """The model with the adapter in `folder`, or without one if that is None. Afterwards the adapter is removed.

    PEFT can ignore an adapter silently, so one that would change nothing is an error.
    """
    if folder is None:
        yield model
        return
    if not Path(folder).is_dir():  # PEFT would look for it on the Hub
        raise FileNotFoundError(f"there is no adapter at '{folder}'")
    adapted = PeftModel.from_pretrained(model, folder).eval()
    ups = [p for name, p in adapted.named_parameters() if "lora_B" in name]
    if not ups or all(p.abs().max() == 0 for p in ups):
        adapted.unload()
        raise RuntimeError(f"the adapter '{folder}' changes nothing: its B matrices are missing or zero")
    try:
        yield adapted
    finally:
        adapted.unload()
