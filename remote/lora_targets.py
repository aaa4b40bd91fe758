"""Which layers LoRA adapts."""

import re

import torchvision_shim  # noqa: F401 - before transformers, see there
from transformers import PreTrainedModel

PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def language_targets(model: PreTrainedModel) -> str:
    """A regular expression for the projections in the language model's self-attention layers.

    The names alone would also match vision encoders (Mllama, SigLIP) and Mllama's cross-attention layers. Text
    skips those layers, so they would get no gradient.
    """
    config = model.config.get_text_config()
    cross = set(getattr(config, "cross_attention_layers", None) or [])
    own = [str(i) for i in range(config.num_hidden_layers) if i not in cross]
    prefix = "model.language_model.layers" if hasattr(model.model, "language_model") else "model.layers"
    return rf"{re.escape(prefix)}\.({'|'.join(own)})\.(self_attn|mlp)\.({'|'.join(PROJECTIONS)})"
