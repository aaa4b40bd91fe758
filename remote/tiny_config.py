"""A tiny model of the same architecture as a large one: its configuration with small sizes, and random weights.

Of the layers, two of each kind stay. Sizes that depend on each other stay consistent, in the language model and in
the vision encoder: heads and widths, rotary positions, patches and pictures, token ids and the vocabulary.
"""

import re

import torch
import torchvision_shim  # noqa: F401 - before transformers, see there
from loading import model_class
from transformers import PretrainedConfig, PreTrainedModel

HEADS, HEAD_DIM = 4, 32
WIDTH = HEADS * HEAD_DIM  # of all parts, so that projections between them fit
VOCABULARY = 512
PATCHES = 12  # along each side of a picture, where vision encoders merge 2, 3, 4 or 6 into one
LAYERS_PER_KIND = 2
MAX_PARAMETERS = 20_000_000  # a model with more has sizes that are not known here

WIDTHS = ("hidden_size", "embed_dim", "out_hidden_size", "vision_output_dim", "projection_dim", "projector_hidden_size")
EXACT = {
    **dict.fromkeys((*WIDTHS, "projector_input_dim", "projector_output_dim"), WIDTH),
    **dict.fromkeys(("intermediate_size", "intermediate_size_mlp", "alignment_intermediate_size"), 2 * WIDTH),
    **dict.fromkeys(("num_attention_heads", "num_heads", "attention_heads"), HEADS),
    "head_dim": HEAD_DIM,
}
AT_MOST = {
    "vocab_size": VOCABULARY,
    "num_global_layers": LAYERS_PER_KIND,  # of Mllama's second vision encoder
    "num_position_embeddings": PATCHES**2,
    "sliding_window": 6,  # shorter than a short sample, so that it matters
}
DEPTHS = ("num_hidden_layers", "depth")
VALUE_PER_LAYER = ("layer_types", "mlp_layer_types", "no_rope_layers", "layer_rope_theta")
LAYER_NUMBERS = (
    "cross_attention_layers",
    "deepstack_visual_indexes",
    "fullatt_block_indexes",
    "intermediate_layers_indices",
    "moe_layers",
    "rope_scaling_layers",
)
TOKENS_PER_PICTURE = ("image_seq_length", "mm_tokens_per_image")
TOKEN_ID = re.compile(r"token_(id|ids|index)$")


def tiny_model(config: PretrainedConfig, seed: int = 0) -> PreTrainedModel:
    """A model with random weights of the tiny configuration, in fp32 on the CPU. Other random numbers stay as they are.

    @raises RuntimeError, which names the type of the model, where a tiny one cannot be made
    """
    try:
        tiny = tiny_config(config)
        build = model_class(tiny).from_config
        with torch.device("meta"):
            size = sum(p.numel() for p in build(tiny).parameters())
        if size > MAX_PARAMETERS:
            raise ValueError(f"with the known sizes reduced, {size / 1e6:.0f} million parameters are left")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return build(tiny, dtype=torch.float32).eval()
    except Exception as error:
        raise RuntimeError(f"no tiny model of type '{config.model_type}' can be made: {error}") from error


def tiny_config(config: PretrainedConfig) -> PretrainedConfig:
    """A configuration of the same class with small sizes. Token ids are kept where the small vocabulary has them."""
    fields = config.to_dict()
    fields.pop("quantization_config", None)
    parts = [fields, *(value for name, value in fields.items() if name.endswith("_config") and isinstance(value, dict))]
    vision = fields.get("vision_config") or {}
    real_side = picture_side(vision)
    for part in parts:
        keep_layers(part)
        shrink_rotary(part)
        shrink_sizes(part)
    if real_side:
        scale_pictures(fields, real_side, picture_side(vision), one(vision["patch_size"]))
    renumber_tokens(parts, min(VOCABULARY, config.get_text_config().vocab_size))
    return type(config).from_dict(fields)


def keep_layers(part: dict) -> None:
    """Keeps the first two layers of each kind. A layer's kind is all that the configuration says about it."""
    depth = next((name for name in DEPTHS if part.get(name)), None)
    if depth is None:
        return
    count = part[depth]
    per_layer = {name: list(part[name]) for name in VALUE_PER_LAYER if part.get(name)}
    numbers = {name: list(part[name]) for name in LAYER_NUMBERS if part.get(name) is not None}
    kinds: dict[tuple, list[int]] = {}
    for i in range(count):
        kind = (*(values[i] for values in per_layer.values()), *(i in some for some in numbers.values()))
        kinds.setdefault(kind, []).append(i)
    kept = sorted(i for layers in kinds.values() for i in layers[:LAYERS_PER_KIND])
    part[depth] = len(kept)
    part.update({name: [values[i] for i in kept] for name, values in per_layer.items()})
    part.update({name: [place for place, i in enumerate(kept) if i in some] for name, some in numbers.items()})


def shrink_rotary(part: dict) -> None:
    """Shortens lists with a value for each pair of numbers that is rotated."""
    rope = part.get("rope_parameters") or {}
    for some in (rope, *(value for value in rope.values() if isinstance(value, dict))):
        pairs = round(HEAD_DIM * some.get("partial_rotary_factor", 1.0)) // 2
        for name in ("long_factor", "short_factor"):
            if name in some:
                some[name] = some[name][:pairs]
        if "mrope_section" in some:
            some["mrope_section"] = in_proportion(some["mrope_section"], pairs)


def in_proportion(sections: list[int], total: int) -> list[int]:
    """Whole numbers with the proportions of `sections`, as nearly as their sum allows."""
    ends = [round(sum(sections[: i + 1]) * total / sum(sections)) for i in range(len(sections))]
    return [end - start for start, end in zip([0, *ends], ends)]


def shrink_sizes(part: dict) -> None:
    heads, groups = part.get("num_attention_heads"), part.get("num_key_value_heads")
    if groups:
        part["num_key_value_heads"] = HEADS if groups == heads else min(groups, HEADS // 2)
    part.update({name: size for name, size in EXACT.items() if part.get(name) is not None})
    part.update({name: min(size, part[name]) for name, size in AT_MOST.items() if part.get(name) is not None})
    if "intermediate_layers_indices" in part:  # Mllama puts the outputs of these layers and of the last side by side
        part["vision_output_dim"] = WIDTH * (1 + len(part["intermediate_layers_indices"]))
    if picture_side(part):
        side = min(picture_side(part), PATCHES * one(part["patch_size"]))
        part["image_size"] = [side, side] if isinstance(part["image_size"], (list, tuple)) else side


def picture_side(part: dict) -> int | None:
    """The side of a picture in pixels, if the part has a fixed one."""
    return one(part["image_size"]) if part.get("image_size") and part.get("patch_size") else None


def one(size: int | list[int]) -> int:
    return size if isinstance(size, int) else size[0]


def scale_pictures(fields: dict, real: int, tiny: int, patch: int) -> None:
    """Makes what depends on a picture's size consistent with the smaller one, given in pixels.

    The number of tokens follows the number of patches: a real side need not be a multiple of the patch size.
    """
    ratio = (tiny // patch) / (real // patch)
    for name in TOKENS_PER_PICTURE:
        if fields.get(name):
            fields[name] = round(fields[name] * ratio**2)
    if fields.get("image_grid_pinpoints"):
        shapes = fields["image_grid_pinpoints"]
        fields["image_grid_pinpoints"] = [[side * tiny // real for side in shape] for shape in shapes]
    if fields.get("vision_feature_layer") is not None:
        fields["vision_feature_layer"] = nearest_layer(fields["vision_feature_layer"])


def nearest_layer(layer: int | list[int]) -> int | list[int]:
    """Numbers of vision layers, counted from either end, that also two layers have."""
    if isinstance(layer, int):
        return max(-LAYERS_PER_KIND, min(layer, LAYERS_PER_KIND))
    return [nearest_layer(number) for number in layer]


def renumber_tokens(parts: list[dict], vocabulary: int) -> None:
    """Gives token ids beyond the vocabulary free ids at its end, in all parts the same."""
    places = [(part, name) for part in parts for name in part if TOKEN_ID.search(name) and part[name] is not None]
    given = {i for part, name in places for i in as_list(part[name])}
    free = (i for i in range(vocabulary - 1, -1, -1) if i not in given)
    new = {i: i if i < vocabulary else next(free) for i in sorted(given)}
    for part, name in places:
        value = part[name]
        part[name] = [new[i] for i in value] if isinstance(value, (list, tuple)) else new[value]


def as_list(value: int | list[int]) -> list[int]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
