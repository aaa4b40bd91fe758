"""A base model with its tokenizer or processor, for any architecture that transformers knows."""

from dataclasses import dataclass
from pathlib import Path

import torch
import torchvision_shim  # noqa: F401 - before transformers, see there
from chat_template import DATE, pin_dates
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForImageTextToText,
    AutoProcessor,
    AutoTokenizer,
    GenerationConfig,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    ProcessorMixin,
)
from transformers.utils.hub import resolve_revision
from weights import DEVICE, loading_options

# transformers would advise an argument that the kit does not take.
NO_CODE = (
    "it comes with code of its own, which is never run (trust_remote_code). "
    "Use a model whose architecture transformers has built in"
)


@dataclass
class Base:
    """A loaded base model."""

    path: str  # the folder or the Hub's name that it was loaded from
    model: PreTrainedModel
    processor: ProcessorMixin | PreTrainedTokenizerBase  # a tokenizer if the model takes only text
    multimodal: bool  # whether the model takes pictures
    date: str  # what chat templates show as today
    revision: str | None  # the branch, tag or commit that was asked for
    commit: str | None  # the commit on the Hub that it was loaded from; None for a folder
    generation: dict  # what is kept of the model's generation_config: token ids and use_cache

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        return self.processor.tokenizer if self.multimodal else self.processor


def load_base(path: str, dtype: str, revision: str | None = None, date: str = DATE) -> Base:
    """Loads a folder, or a Hub name at a revision. Code that comes with a model is never run, nor a pickle read.

    Whether the model takes pictures is read from its configuration. Of its generation_config only token ids and
    use_cache are kept: `generate` would apply all the rest, such as Qwen's repetition penalty, to greedy decoding too.
    """
    at = f" at revision '{revision}'" if revision else ""
    resolved = resolve_revision(path, revision)  # once, so that all files come from one commit
    source = {"revision": resolved, "trust_remote_code": False}
    options = loading_options(dtype)
    try:
        config = AutoConfig.from_pretrained(path, **source)
        multimodal = takes_pictures(config)
        model = model_class(config).from_pretrained(path, use_safetensors=True, **options, **source)
        processor = (AutoProcessor if multimodal else AutoTokenizer).from_pretrained(path, **source)
    except Exception as error:
        there = "it is there" if Path(path).is_dir() else "there is no such folder"
        reason = NO_CODE if "trust_remote_code" in str(error) else error
        raise RuntimeError(f"the model '{path}'{at} cannot be loaded ({there}): {reason}") from error
    tokenizer = processor.tokenizer if multimodal else processor
    tokenizer.padding_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    for renderer in {id(one): one for one in (processor, tokenizer)}.values():
        renderer.chat_template = pin_dates(renderer.chat_template, date)
    generation = kept_generation(model.generation_config, tokenizer)
    model.generation_config = GenerationConfig(**generation)
    model.eval()
    if "device_map" not in options:
        model.to(DEVICE)
    commit = getattr(resolved, "resolved", None)
    return Base(path, model, processor, multimodal, date, revision, commit, generation)


def load_for_job(job: dict) -> Base:
    """A job's base model, in a process that computes as all processes of jobs do."""
    torch.set_num_threads(job["threads"])
    torch.set_flush_denormal(True)  # such numbers are as good as zero, and take a CPU twice the time in training
    return load_base(job["model"], job["dtype"], job["revision"], job["date"])


def takes_pictures(config: PretrainedConfig) -> bool:
    return hasattr(config, "vision_config")


def model_class(config: PretrainedConfig) -> type:
    """The class of transformers that loads a model with this configuration."""
    return AutoModelForImageTextToText if takes_pictures(config) else AutoModelForCausalLM


def kept_generation(config: GenerationConfig, tokenizer: PreTrainedTokenizerBase) -> dict:
    """The token ids of a generation_config, and whether a cache may be used (the tiny Mllama's may not)."""
    return {
        "bos_token_id": config.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id if config.eos_token_id is None else config.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "use_cache": config.use_cache is not False,
    }
