"""Samples as inputs of a forward pass, and the loss on them."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from training_tokens import IGNORED, Sample


def micro_batches(batch: list[Sample], size: int) -> list[list[Sample]]:
    """The samples of an optimiser step in groups of at most `size`, of similar length to save padding."""
    ordered = sorted(batch, key=lambda sample: len(sample.ids))
    return [ordered[i : i + size] for i in range(0, len(ordered), size)]


def padded(samples: list[Sample], pad: int, device: torch.device) -> tuple[dict, torch.Tensor]:
    """One row per sample, padded on the right. Returns the model's inputs and the labels, both [samples, tokens]."""
    longest = max(len(sample.ids) for sample in samples)

    def rows(values: Iterator[list[int]], filler: int) -> torch.Tensor:
        return torch.tensor([row + [filler] * (longest - len(row)) for row in values], device=device)

    ids = rows((sample.ids for sample in samples), pad)
    mask = rows(([1] * len(sample.ids) for sample in samples), 0)
    return {"input_ids": ids, "attention_mask": mask}, rows((sample.labels for sample in samples), IGNORED)


def packed(samples: list[Sample], axes: int, device: torch.device) -> tuple[dict, torch.Tensor]:
    """All samples in one row, without padding. Positions that begin again at 0 keep them apart.

    @param axes: 1 for position ids of shape [1, tokens]; 4 for [4, 1, tokens], from which alone Qwen's multimodal
    positions make a mask that keeps samples apart (transformers, modeling_qwen2_vl.py)
    """
    ids = torch.tensor([[token for sample in samples for token in sample.ids]], device=device)
    # The first token of a sample is predicted by nothing: its label would belong to the sample before it.
    labels = [label for sample in samples for label in [IGNORED, *sample.labels[1:]]]
    positions = torch.tensor([[i for sample in samples for i in range(len(sample.ids))]], device=device)
    if axes > 1:
        positions = positions.expand(axes, 1, -1)
    return {"input_ids": ids, "position_ids": positions}, torch.tensor([labels], device=device)


def loss_sum(model: torch.nn.Module, inputs: dict, labels: torch.Tensor) -> torch.Tensor:
    """The cross-entropy in nats, summed over the tokens that have a label."""
    logits, targets = labelled_logits(model, inputs, labels)
    return F.cross_entropy(logits.float(), targets, reduction="sum")


def labelled_logits(model: torch.nn.Module, inputs: dict, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits [labels, vocabulary] and targets [labels] of the tokens that have a label.

    The output layer is computed only where a label follows: on all tokens, it would take 12 GB for a batch of the
    paper's size.
    """
    following = labels[:, 1:]
    columns = (following != IGNORED).any(0).nonzero().squeeze(1)
    logits = model(**inputs, logits_to_keep=columns, use_cache=False).logits
    targets = following[:, columns]
    counted = targets != IGNORED
    return logits[counted], targets[counted]


def label_count(samples: list[Sample]) -> int:
    """How many tokens of the samples the loss is on."""
    return sum(label != IGNORED for sample in samples for label in sample.labels[1:])
