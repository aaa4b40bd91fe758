"""Whether samples of an architecture may be packed into one row without padding.

Some models let packed samples attend to each other (Qwen2-VL does with usual position ids). So packing is used only
if losses and gradients equal those of padded rows, tried on a tiny model of the same configuration class.
"""

import json
from functools import lru_cache

import torch
from micro_batches import loss_sum, packed, padded
from training_tokens import Sample
from transformers import PretrainedConfig

TOLERANCE = 1e-5  # of losses and gradients, in fp32
LENGTHS = (5, 11, 8)  # tokens of the samples that are compared


def position_axes(config: PretrainedConfig) -> tuple[int, str | None]:
    """The position axes with which packed samples stay apart (see `packed`), or 0 and why they cannot be packed."""
    return _axes(type(config), config.to_json_string(use_diff=False))


@lru_cache
def _axes(kind: type[PretrainedConfig], text: str) -> tuple[int, str | None]:
    from tiny_config import tiny_model  # late: only a training that packs needs it

    try:
        model = tiny_model(kind.from_dict(json.loads(text)))
    except Exception as error:  # noqa: BLE001 - an unknown architecture is trained with padding
        return 0, f"no tiny {kind.model_type} could be made: {error}"
    reasons = []
    for axes in (1, 4):
        try:
            difference = packing_difference(model, axes)
        except Exception as error:  # noqa: BLE001 - as above
            reasons.append(f"{axes} axes: {error}")
            continue
        if difference <= TOLERANCE:
            return axes, None
        reasons.append(f"{axes} axes: packed samples differ by {difference:.2g}")
    return 0, f"{kind.model_type}: {'; '.join(reasons)}"


def packing_difference(model: torch.nn.Module, axes: int) -> float:
    """The largest difference between packed and padded rows, in the loss and in any gradient, relative to its size."""
    samples = [some_sample(length) for length in LENGTHS]
    device = next(model.parameters()).device
    one, ours = loss_and_gradients(model, *padded(samples, 0, device))
    other, theirs = loss_and_gradients(model, *packed(samples, axes, device))
    return max([abs(one - other) / abs(one), *(relative(a, theirs[name]) for name, a in ours.items())])


def some_sample(length: int) -> Sample:
    """A sample of low token ids, all with labels, so that each token's context counts."""
    ids = [5 + (7 * i + length) % 40 for i in range(length)]
    return Sample(f"{length} tokens", ids, ids)


def loss_and_gradients(model: torch.nn.Module, inputs: dict, labels: torch.Tensor) -> tuple[float, dict]:
    model.zero_grad()
    loss = loss_sum(model, inputs, labels)
    loss.backward()
    return loss.item(), {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


def relative(one: torch.Tensor, other: torch.Tensor) -> float:
    return ((one - other).abs().max() / one.abs().max().clamp(min=1e-3)).item()
