"""A base model with what turns messages into its inputs, for any architecture that transformers knows."""

from dataclasses import dataclass
from pathlib import Path

import torch
import torchvision_shim  # noqa: F401 - before transformers, see there
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForImageTextToText,
    AutoProcessor,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    ProcessorMixin,
)


@dataclass
class Base:
    """A loaded base model."""

    model: PreTrainedModel
    processor: ProcessorMixin | PreTrainedTokenizerBase  # a tokenizer where the model has no eyes
    sees: bool

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        return self.processor.tokenizer if self.sees else self.processor


def load_base(path: str, dtype: str) -> Base:
    """Loads a folder or a Hub name. Whether it sees pictures is read from its configuration."""
    try:
        config = AutoConfig.from_pretrained(path)
        sees = hasattr(config, "vision_config")
        kind = AutoModelForImageTextToText if sees else AutoModelForCausalLM
        model = kind.from_pretrained(path, dtype=getattr(torch, dtype))
        processor = (AutoProcessor if sees else AutoTokenizer).from_pretrained(path)
    except Exception as error:
        there = "it is there" if Path(path).is_dir() else "no such folder here"
        raise RuntimeError(f"the model '{path}' cannot be loaded ({there}): {error}") from error
    base = Base(model.eval(), processor, sees)
    base.tokenizer.padding_side = "left"
    if base.tokenizer.pad_token is None:
        base.tokenizer.pad_token = base.tokenizer.eos_token
    device = "cuda" if torch.cuda.is_available() else "cpu"
    base.model.to(device)
    return base
