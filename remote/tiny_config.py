"""A tiny model of a real architecture, with random weights: for trying what holds for every size of it."""

import copy

import torch
import torchvision_shim  # noqa: F401 - before transformers, see there
from loading import model_class
from transformers import PretrainedConfig, PreTrainedModel

HEADS, KV_HEADS, HEAD_DIM = 4, 2, 16
HIDDEN = HEADS * HEAD_DIM
LAYERS = 3
# Values of a language model's configuration, by their names in transformers.
TEXT = {
    "hidden_size": HIDDEN,
    "intermediate_size": 96,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KV_HEADS,
    "head_dim": HEAD_DIM,
    "num_hidden_layers": LAYERS,
    "cross_attention_layers": [1],
    "max_window_layers": LAYERS,
    "mrope_section": [2, 3, 3],  # half of a head's width in all
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
# The same for vision encoders. What is as wide as the language model must be named.
VISION = {
    "hidden_size": 32,
    "embed_dim": 32,
    "intermediate_size": 48,
    "num_attention_heads": 2,
    "attention_heads": 2,
    "num_heads": 2,
    "head_dim": HEAD_DIM,
    "num_hidden_layers": 2,
    "depth": 2,
    "out_hidden_size": HIDDEN,
    "num_global_layers": 1,
    "intermediate_layers_indices": [0],
    "vision_output_dim": 64,  # its width times one more than the layers that are joined to the last
    "fullatt_block_indexes": [1],
    "deepstack_visual_indexes": [0],
}
VOCABULARY = 512
SMALL_IMAGE = 64  # pixels; a side of the largest picture


def tiny_model(config: PretrainedConfig, seed: int = 1) -> PreTrainedModel:
    """A model of the same class with few and narrow layers, in float32 on the CPU, ready for a forward pass."""
    small = tiny_config(config)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = model_class(small).from_config(small, dtype=torch.float32)
    return model.eval()


def tiny_config(config: PretrainedConfig) -> PretrainedConfig:
    """A copy of a configuration with small sizes. Ids of special tokens are moved into the small vocabulary."""
    small = copy.deepcopy(config)
    text = small.get_text_config()
    shrink(text, TEXT)
    text.vocab_size = VOCABULARY
    vision = getattr(small, "vision_config", None)
    if vision is not None:
        shrink(vision, VISION)
        if vision.model_type.startswith(("qwen2_vl", "qwen2_5_vl")):  # names its width for the language model's
            vision.hidden_size = HIDDEN if vision.model_type == "qwen2_vl" else VISION["hidden_size"]
    ids = [name for name in vars(small) if name.endswith(("_token_id", "_token_index")) and getattr(small, name)]
    for place, name in enumerate(sorted(ids)):
        if isinstance(getattr(small, name), int) and getattr(small, name) > 2:
            setattr(small, name, VOCABULARY - 1 - place)
    return small


def shrink(config: PretrainedConfig, values: dict) -> None:
    for name, value in values.items():
        if getattr(config, name, None) is not None:
            setattr(config, name, copy.copy(value))
    layers = values["num_hidden_layers"]
    if getattr(config, "layer_types", None):
        config.layer_types = config.layer_types[:1] * (layers - 1) + config.layer_types[-1:]
    rope = getattr(config, "rope_parameters", None)
    if isinstance(rope, dict) and "mrope_section" in rope:
        rope["mrope_section"] = list(TEXT["mrope_section"])
