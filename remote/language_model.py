"""The language model inside a model, and which of its layers LoRA adapts."""

import re
from collections.abc import Iterator

import torchvision_shim  # noqa: F401 - before transformers, see there
from torch import nn
from transformers import PreTrainedModel

PROJECTIONS = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
FUSED = {"qkv_proj", "gate_up_proj"}  # the same projections, computed at once; LoRA then shares one A among them
NAMED = 8  # weights that a message names


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
    refuse_partial(model, decoder, [decoder.layers[i] for i in own])
    linears = {path for i in own for path, module in decoder.layers[i].named_modules() if isinstance(module, nn.Linear)}
    prefix = re.escape(f"{name}.layers") if name else "layers"
    numbers, paths = ("|".join(map(re.escape, sorted(map(str, some)))) for some in (own, linears))
    return rf"{prefix}\.({numbers})\.({paths})"


def language_model(model: PreTrainedModel) -> tuple[str, nn.Module]:
    """The name and the module of the language model: the decoder that text passes through."""
    if model.config.is_encoder_decoder:
        raise refusal(model, "an encoder reads the prompt there, and LoRA would adapt the decoder alone")
    decoder = model.get_decoder()
    while not hasattr(decoder, "layers") and (inner := inner_of(decoder)) is not decoder:
        decoder = inner
    if not isinstance(getattr(decoder, "layers", None), nn.ModuleList):
        raise refusal(model, f"the language model {type(decoder).__name__} has no list of decoder layers")
    return next((name, module) for name, module in model.named_modules() if module is decoder)


def inner_of(decoder: nn.Module) -> nn.Module:
    """What is inside a wrapped decoder. That of Llama 4 is a model with an output layer, which returns itself."""
    inner = decoder.get_decoder() if isinstance(decoder, PreTrainedModel) else decoder
    return getattr(decoder, "model", decoder) if inner is decoder else inner


def refuse_partial(model: PreTrainedModel, decoder: nn.Module, layers: list[nn.Module]) -> None:
    """Raises if the language model has weights besides the known projections, which LoRA would leave out unsaid."""
    unknown = [(name, part) for layer in layers for name, part in weights(layer) if not is_projection(name, part)]
    outside = [(name, part) for name, part in weights(decoder) if not name.startswith("layers.")]
    kinds = {
        "linear layers that the paper does not name": {name for name, part in unknown if isinstance(part, nn.Linear)},
        "other weights, such as experts or convolutions": {n for n, part in unknown if not isinstance(part, nn.Linear)},
        "linear layers outside the decoder's layers": {name for name, part in outside if isinstance(part, nn.Linear)},
    }
    left = sorted(set().union(*kinds.values()))
    if left:
        more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
        names = f"{', '.join(left[:NAMED])}{more}"
        why = " and ".join(kind for kind, some in kinds.items() if some)
        raise refusal(model, f"LoRA on {', '.join(sorted(PROJECTIONS))} would leave out {names}: {why}")


def weights(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The names of all matrices, each with the module that it is a part of."""
    for path, part in module.named_modules():
        for name, parameter in part.named_parameters(recurse=False):
            if parameter.dim() > 1:
                yield f"{path}.{name}".removeprefix("."), part


def is_projection(weight: str, module: nn.Module) -> bool:
    return isinstance(module, nn.Linear) and weight.split(".")[-2] in PROJECTIONS | FUSED


def refusal(model: PreTrainedModel, reason: str) -> RuntimeError:
    kind = model.config.model_type
    return RuntimeError(f"models of type '{kind}' cannot be trained: {reason}. Choose another base model")
