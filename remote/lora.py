"""LoRA matrices on a base model, and an adapter's folder."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torchvision_shim  # noqa: F401 - before transformers, see there
from adapters import write_base
from cpu_lora import restore, speed_up
from language_model import language_targets
from loading import Base
from peft import LoraConfig, PeftModel, get_peft_model


@contextmanager
def new_lora(base: Base, settings: dict) -> Iterator[PeftModel]:
    """The base model with new LoRA matrices on its language model, drawn by the seed. They are removed afterwards."""
    torch.manual_seed(settings["seed"])
    config = LoraConfig(
        r=settings["rank"],
        lora_alpha=settings["alpha"],
        lora_dropout=settings["dropout"],
        target_modules=language_targets(base.model),
        task_type="CAUSAL_LM",
    )
    frozen = [p for p in base.model.parameters() if p.requires_grad]  # by PEFT, until LoRA is removed
    model = get_peft_model(base.model, config)
    try:
        assert_language_only(model)
        if model.device.type == "cpu":
            speed_up(model)
        yield model.train()
    finally:
        restore(model)
        model.unload()
        base.model.activation_checkpointing_disable()
        for parameter in frozen:
            parameter.requires_grad_(True)
        base.model.eval()


def trained(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    """The parameters that training changes, by their names."""
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def assert_language_only(model: torch.nn.Module) -> None:
    """Raises unless LoRA trains the language model only: the vision encoder and projector stay unchanged."""
    names = list(trained(model))
    strange = [n for n in names if "lora_" not in n or "vision" in n or "visual" in n or "projector" in n]
    if strange or not names:
        raise RuntimeError(f"LoRA would train {strange or 'nothing'}; expected only layers of the language model")


def assert_all_learn(model: torch.nn.Module) -> None:
    """Raises unless each B matrix has a gradient in the first step, so that no hours are lost on a layer without one."""
    still = [n for n, p in trained(model).items() if "lora_B" in n and (p.grad is None or p.grad.abs().max() == 0)]
    if still:
        raise RuntimeError(f"{len(still)} adapted layers got no gradient: {still[:3]}")


def save_adapter(model: PeftModel, base: Base, folder: str) -> None:
    """Writes PEFT's files and what base they are for. The folder appears only when it is complete."""
    part = f"{folder}.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        model.save_pretrained(part)
        write_base(base, part)
    except Exception as error:
        shutil.rmtree(part, ignore_errors=True)
        raise RuntimeError(f"the adapter {folder} cannot be written: {error}. Training goes on from its checkpoint") from error
    os.rename(part, folder)
