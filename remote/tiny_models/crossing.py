"""Mllama's cross-attention at its start: open, and so that its slots find the signs of a picture.

The real one starts with closed gates and learns all this from millions of pictures. Here it is solved for, by
least squares, so that a few minutes of training suffice; the model's card says so.
"""

import torch
from transformers import PreTrainedTokenizerFast

from .seeing import CROSS_LAYERS
from .tokenizer import SLOTS

SHARPNESS = 2.5  # weight of the norms on queries: how much of its sign a slot takes
NULL = 0.5  # how near a slot's query is to "nothing", which it finds where its kind of sign is absent
RIDGE = 0.01
SLOT_WEIGHT = 30.0


@torch.no_grad()
def open_cross_attention(model, kinds: list[list[str]], tokenizer: PreTrainedTokenizerFast) -> None:
    """Sets the first cross-attention layer so that slot i takes up the sign of kind i (see solve_*); the other
    one passes everything on unchanged, and learns."""
    text = model.model.language_model
    for i in CROSS_LAYERS:
        text.layers[i].mlp.down_proj.weight.zero_()
        text.layers[i].cross_attn.o_proj.weight.zero_()
    layer = text.layers[CROSS_LAYERS[0]]
    words = text.embed_tokens.weight
    ids = tokenizer.convert_tokens_to_ids
    signs = words[[i for kind in kinds for i in ids(kind)]]
    kind_of = torch.tensor([k for k, kind in enumerate(kinds) for _ in kind])
    nothing = words[ids("nothing")].clone()
    solve_values(layer, signs, nothing)
    solve_keys(layer, signs, kind_of, nothing)
    slots = [ids(slot) for slot in SLOTS]
    words[slots] += nothing  # what slots mean until a sign takes its place
    solve_queries(layer, words[: len(tokenizer)], slots)


def solve_values(layer, signs: torch.Tensor, nothing: torch.Tensor) -> None:
    """What is added to a slot: the sign's word in the place of "nothing"; nothing where there is nothing."""
    attention = layer.cross_attn
    seen = torch.cat([signs, nothing[None]])
    change = fit(seen, seen - nothing)
    left, strength, right = torch.linalg.svd(change.T)
    rank, width = attention.v_proj.weight.size(0), attention.head_dim
    root = strength[:rank].sqrt()
    attention.v_proj.weight.copy_(root[:, None] * right[:rank])
    back = (left[:, :rank] * root).T.view(attention.num_key_value_heads, width, -1)
    # Each pair of key and value serves several heads, whose outputs are therefore averaged.
    per = attention.num_key_value_groups
    out = back.repeat_interleave(per, 0).flatten(0, 1).T / per
    attention.o_proj.weight.copy_(out / torch.tanh(layer.cross_attn_attn_gate))


def solve_keys(layer, signs: torch.Tensor, kind_of: torch.Tensor, nothing: torch.Tensor) -> None:
    """A sign's key says its kind; that of "nothing" is the null direction."""
    attention = layer.cross_attn
    wanted = torch.zeros(len(signs) + 1, attention.head_dim)
    wanted[range(len(signs)), kind_of + 1] = 1
    wanted[-1, 0] = 1
    attention.k_proj.weight.copy_(fit(torch.cat([signs, nothing[None]]), wanted).T.repeat(attention.num_key_value_heads, 1))


def solve_queries(layer, words: torch.Tensor, slots: list[int]) -> None:
    """A slot's query asks for its kind, and less for "nothing"; all other words ask for "nothing"."""
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
    """The matrix m by which x @ m is nearest to y: weighted ridge regression. x (n, a), y (n, b), m (a, b)."""
    scale = torch.ones(len(x)) if weight is None else weight
    gram = x.T @ (scale[:, None] * x)
    ridge = RIDGE * gram.diagonal().mean() * torch.eye(x.size(1))
    return torch.linalg.solve(gram + ridge, x.T @ (scale[:, None] * y))
