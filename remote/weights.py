"""In which type a model's weights are loaded: the one that is asked for, as far as the card can compute in it."""

import importlib.util

import torch
from report import report

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def loading_options(dtype: str, device: str = DEVICE, has_bfloat16: bool | None = None) -> dict:
    """What `from_pretrained` is called with.

    @param dtype: "float32", "bfloat16", "float16", or "nf4" for 4-bit weights that are computed with in bfloat16
    @raises RuntimeError if the weights cannot be loaded so on this machine
    """
    if has_bfloat16 is None:
        has_bfloat16 = device == "cpu" or torch.cuda.is_bf16_supported(including_emulation=False)
    half = torch.bfloat16 if has_bfloat16 else torch.float16
    if dtype == "nf4":
        return {"dtype": half, "quantization_config": four_bit(half, device), "device_map": {"": device}}
    if dtype == "bfloat16" and not has_bfloat16:
        report("warning", message="this card cannot compute in bfloat16: float16 is used instead")
        return {"dtype": half}
    return {"dtype": getattr(torch, dtype)}


def four_bit(half: torch.dtype, device: str):
    """QLoRA's configuration: 4-bit NormalFloat, with quantised constants (Dettmers et al., 2023)."""
    if device != "cuda":
        raise RuntimeError("4-bit weights (dtype nf4) need an NVIDIA GPU. Use bfloat16 or float32 here")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise RuntimeError("4-bit weights (dtype nf4) need the package bitsandbytes: install it beside the others")
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=half,
    )
