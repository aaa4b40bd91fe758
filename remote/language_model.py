"""The language model inside a model, and which of its layers LoRA adapts."""

import re

import torchvision_shim  # noqa: F401 - before transformers, see there
from torch import nn
from transformers import PreTrainedModel

PROJECTIONS = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
FUSED = {"qkv_proj", "gate_up_proj"}  # the same projections, where an architecture computes several at once


def language_targets(model: PreTrainedModel) -> str:
    """A regular expression for the projections in the language model's self-attention layers.

    The names alone would also match vision encoders (Mllama, SigLIP) and Mllama's cross-attention layers. Text
    skips those layers, so they would get no gradient.

    @raises RuntimeError for an architecture whose language model would be adapted only in part
    """
    name, decoder = language_model(model)
    config = model.config.get_text_config()
    cross = set(getattr(config, "cross_attention_layers", None) or [])
    own = [i for i in range(len(decoder.layers)) if i not in cross]
    refuse_other_weights(model, {i: decoder.layers[i] for i in own})
    linears = {path for i in own for path, module in decoder.layers[i].named_modules() if isinstance(module, nn.Linear)}
    prefix = re.escape(f"{name}.layers") if name else "layers"
    numbers, paths = ("|".join(map(re.escape, sorted(map(str, some)))) for some in (own, linears))
    return rf"{prefix}\.({numbers})\.({paths})"


def language_model(model: PreTrainedModel) -> tuple[str, nn.Module]:
    """The name and the module of the language model: the decoder that text passes through."""
    decoder = model.get_decoder()
    decoder = getattr(decoder, "text_model", decoder)
    if not isinstance(getattr(decoder, "layers", None), nn.ModuleList):
        raise RuntimeError(f"models of type '{model.config.model_type}' cannot be trained: no decoder layers were found")
    return next((name, module) for name, module in model.named_modules() if module is decoder)


def refuse_other_weights(model: PreTrainedModel, layers: dict[int, nn.Module]) -> None:
    """Raises if layers have weights besides the known projections, which LoRA would leave out without a word."""
    left = set()
    for layer in layers.values():
        for path, module in layer.named_modules():
            is_known = isinstance(module, nn.Linear) and path.rpartition(".")[2] in PROJECTIONS | FUSED
            own = [name for name, p in module.named_parameters(recurse=False) if p.dim() > 1]
            left |= set() if is_known else {f"{path}.{name}" for name in own}
    if left:
        raise RuntimeError(
            f"models of type '{model.config.model_type}' cannot be trained: LoRA on "
            f"{', '.join(sorted(PROJECTIONS))} would leave out {', '.join(sorted(left))}. "
            "Which of these to adapt is a choice that this kit does not make"
        )
