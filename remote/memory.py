"""How much memory a training takes, as an estimate before its first step, and how it is made to fit."""

from dataclasses import dataclass
from typing import NamedTuple

import torch

GB = 1e9
SPARE = 0.09  # of the free memory: fragmentation, and workspaces of kernels
CONTEXT = 0.7 * GB  # what CUDA itself takes, at least
EFFICIENT_TOKENS = 1500  # per pass, from which matrix products keep a large card busy
ADAPTER_BYTES = 16  # per trained parameter: value, gradient and AdamW's two moments, each in fp32


@dataclass(frozen=True)
class Shape:
    """What the memory depends on."""

    weights: int  # bytes
    trained: int  # parameters
    layers: int
    hidden: int
    feed_forward: int
    vocabulary: int
    width: int  # bytes per activation


class Fit(NamedTuple):
    """How a batch is divided."""

    micro_batch: int  # samples per pass
    checkpointing: bool  # whether activations are computed again in the backward pass
    bytes: int  # the estimate


def shape_of(model: torch.nn.Module) -> Shape:
    """The shape of a model with LoRA layers."""
    config = model.config.get_text_config()
    parameters = list(model.parameters())
    return Shape(
        weights=sum(p.numel() * p.element_size() for p in parameters if not p.requires_grad),
        trained=sum(p.numel() for p in parameters if p.requires_grad),
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        feed_forward=getattr(config, "intermediate_size", 4 * config.hidden_size),
        vocabulary=config.vocab_size,
        width=4 if model.dtype == torch.float32 else 2,
    )


def estimate(shape: Shape, tokens: int, labels: int, checkpointing: bool) -> int:
    """Bytes that a step takes at its peak, for a pass over `tokens` tokens of which `labels` have a loss.

    Per token and layer, the backward pass keeps the inputs of norms, projections and attention, four tensors as wide
    as the feed-forward part, and the dropped-out inputs of LoRA with their masks. With checkpointing, it keeps one
    tensor per layer, and all of these for one layer at a time.
    """
    wide = 10 * shape.hidden + 5 * shape.feed_forward
    adapted = 6 * shape.hidden + shape.feed_forward
    layer = shape.width * (wide + adapted) + adapted
    kept = shape.layers * shape.width * shape.hidden + layer if checkpointing else shape.layers * layer
    logits = labels * shape.vocabulary * (shape.width + 8)  # in fp32 for the loss, with their gradient
    return int(CONTEXT + shape.weights + ADAPTER_BYTES * shape.trained + tokens * kept + logits)


def fit(shape: Shape, batch: list[tuple[int, int]], free: int, micro_batch: int | None, checkpointing: bool | None) -> Fit:
    """The largest division of a batch that fits, by the estimate.

    Activations are kept if that leaves passes that keep a card busy, since it saves a third of the computation.

    @param batch: the tokens and labels of each sample of the largest batch
    @param free: bytes, of which the base model's weights may take a part that is theirs already
    @param micro_batch, checkpointing: what the user asks for, or None
    @raises RuntimeError that says how much is missing, and what to change
    """
    ordered = sorted(batch, reverse=True)
    sizes = [micro_batch] if micro_batch else halves(len(batch))
    for keep in (False, True) if checkpointing is None else (checkpointing,):
        for size in sizes:
            tokens = sum(tokens for tokens, _ in ordered[:size])
            need = estimate(shape, tokens, sum(labels for _, labels in ordered[:size]), keep)
            busy = micro_batch or keep or checkpointing is False or size == len(batch) or tokens >= EFFICIENT_TOKENS
            if need <= free * (1 - SPARE) and busy:
                return Fit(size, keep, need)
    least = estimate(shape, *ordered[0], checkpointing is not False)
    raise RuntimeError(too_large(shape, least, free))


def halves(size: int) -> list[int]:
    """The size, its half, and so on down to 1."""
    return [size, *halves((size + 1) // 2)] if size > 1 else [1]


def too_large(shape: Shape, need: int, free: int) -> str:
    weights = f"{shape.weights / GB:.1f} GB of weights"
    advice = f"Take a card with more than {need / (1 - SPARE) / GB:.0f} GB of free memory"
    if shape.width == 2:
        advice += ", or set `runtime.dtype: nf4` (4-bit weights: a departure from the paper)"
    return f"training takes at least {need / GB:.1f} GB, {weights} included, but {free / GB:.1f} GB are free. {advice}"


def free_memory(device: torch.device, weights: int) -> int | None:
    """Bytes that a training can have on a GPU, including the weights that are there. None on a CPU."""
    if device.type != "cuda":
        return None
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info(device)
    return free + weights + int(CONTEXT)
