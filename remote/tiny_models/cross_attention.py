"""The initial weights of the tiny Mllama's cross-attention: open gates, and slots that attend to a picture's icons.

The real model starts with closed gates and learns this from millions of pictures. Here the weights are solved by
least squares, so that a few minutes of training are enough; the model card says so.
"""

import torch
from transformers import PreTrainedTokenizerFast

from .vision_language_model import CROSS_LAYERS
from .tokenizer import SLOTS

SHARPNESS = 2.5  # weight of the query norm: how strongly a slot attends to its icon
NULL = 0.5  # similarity of a slot's query to "nothing", which it attends to if there is no icon of its kind
RIDGE = 0.01
SLOT_WEIGHT = 30.0


@torch.no_grad()
def initialise_cross_attention(model, kinds: list[list[str]], tokenizer: PreTrainedTokenizerFast) -> None:
    """Sets the first cross-attention layer so that slot i copies the icon of kind i (see solve_*).

    The second layer starts as the identity and is trained.
    """
    text = model.model.language_model
    for i in CROSS_LAYERS:
        text.layers[i].mlp.down_proj.weight.zero_()
        text.layers[i].cross_attn.o_proj.weight.zero_()
    layer = text.layers[CROSS_LAYERS[0]]
    words = text.embed_tokens.weight
    ids = tokenizer.convert_tokens_to_ids
    icons = words[[i for kind in kinds for i in ids(kind)]]
    kind_of = torch.tensor([k for k, kind in enumerate(kinds) for _ in kind])
    nothing = words[ids("nothing")].clone()
    solve_values(layer, icons, nothing)
    solve_keys(layer, icons, kind_of, nothing)
    slots = [ids(slot) for slot in SLOTS]
    words[slots] += nothing  # the meaning of a slot without an icon
    solve_queries(layer, words[: len(tokenizer)], slots)


def solve_values(layer, icons: torch.Tensor, nothing: torch.Tensor) -> None:
    """What attention adds to a slot: the icon's embedding less that of "nothing", or zero if there is no icon."""
    attention = layer.cross_attn
    values = torch.cat([icons, nothing[None]])
    change = fit(values, values - nothing)
    left, strength, right = torch.linalg.svd(change.T)
    rank, width = attention.v_proj.weight.size(0), attention.head_dim
    root = strength[:rank].sqrt()
    attention.v_proj.weight.copy_(root[:, None] * right[:rank])
    back = (left[:, :rank] * root).T.view(attention.num_key_value_heads, width, -1)
    # Several heads share each key and value, so their outputs are averaged.
    per = attention.num_key_value_groups
    out = back.repeat_interleave(per, 0).flatten(0, 1).T / per
    attention.o_proj.weight.copy_(out / torch.tanh(layer.cross_attn_attn_gate))


def solve_keys(layer, icons: torch.Tensor, kind_of: torch.Tensor, nothing: torch.Tensor) -> None:
    """An icon's key is the unit vector of its kind; the key of "nothing" is the first unit vector."""
    attention = layer.cross_attn
    wanted = torch.zeros(len(icons) + 1, attention.head_dim)
    wanted[range(len(icons)), kind_of + 1] = 1
    wanted[-1, 0] = 1
    attention.k_proj.weight.copy_(fit(torch.cat([icons, nothing[None]]), wanted).T.repeat(attention.num_key_value_heads, 1))


def solve_queries(layer, words: torch.Tensor, slots: list[int]) -> None:
    """A slot's query matches its kind, and "nothing" less; the queries of all other words match "nothing"."""
    attention = layer.cross_attn
    wanted = torch.zeros(len(words), attention.head_dim)
    wanted[:, 0] = 1
    for kind, slot in enumerate(slots):
        wanted[slot] = 0
        wanted[slot, kind + 1], wanted[slot, 0] = 1, NULL
    weight = torch.ones(len(words))
    weight[slots] = SLOT_WEIGHT
    attention.q_proj.weight.copy_(fit(layer.input_layernorm(words), wanted, weight).T.repeat(attention.num_heads, 1))
    attention.q_norm.weight.fill_(SHARPNESS)


def fit(x: torch.Tensor, y: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
    """Weighted ridge regression: the matrix m for which x @ m is closest to y. x (n, a), y (n, b), m (a, b)."""
    scale = torch.ones(len(x)) if weight is None else weight
    gram = x.T @ (scale[:, None] * x)
    ridge = RIDGE * gram.diagonal().mean() * torch.eye(x.size(1))
    return torch.linalg.solve(gram + ridge, x.T @ (scale[:, None] * y))
