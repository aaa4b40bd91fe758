"""Log-probabilities of an item's options, in nats: how likely a model is to begin its reply with each of them.

They need no reading of replies. A task's file of options has a line for each request:
    {"custom_id": "17", "letters": ["A", "B"], "texts": ["Call for help.", "Walk on."]}
Replies then have a field `likelihood`: {"letter": {"A": -0.1, "B": -2.4}, "text": {"A": -1.3, "B": -1.9}}.
  letter  the letter as the whole first word of the reply: the sum over its tokens, of which there is most often one
  text    the option's text without its letter: the mean over its tokens, since a sum would favour short texts
A value that is not finite is left out.
"""

import math

import torch
from batch_lines import read_lines
from loading import Base
from transformers import LogitsProcessor


class FirstLogits(LogitsProcessor):
    """Keeps the logits of the first new token, which `generate` computes anyway, before temperature."""

    logits: torch.Tensor | None = None

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if self.logits is None:
            self.logits = scores.clone()
        return scores


def read_options(path: str, requests: list[dict]) -> dict[str, dict]:
    """The options of each request, by its id.

    @raises ValueError that names a request without options, or with other letters than texts
    """
    options = {line["custom_id"]: line for line in read_lines(path)}
    for name in (request["custom_id"] for request in requests):
        given = options.get(name)
        if not given or not given["letters"] or len(given["letters"]) != len(given["texts"]):
            raise ValueError(f"{path}: expected a line with letters and as many texts for request '{name}'")
    return options


def likelihoods(
    model: torch.nn.Module, base: Base, encoded: dict, first: torch.Tensor, options: list[dict], kind: str
) -> list[dict]:
    """The field `likelihood` of each reply of a batch.

    @param encoded: the processor's output for the prompts, padded on the left
    @param first: the logits of the first new token
    @param options: those of each prompt
    @param kind: "letter" for letters alone, which cost nothing; "text" for texts, too
    """
    letters = [[ids_of(base, letter) for letter in one["letters"]] for one in options]
    if all(len(ids) == 1 for one in letters for ids in one):
        sums = [row[[ids[0] for ids in one]].tolist() for row, one in zip(first.log_softmax(-1), letters)]
    else:
        sums = [[sum(values) for values in row] for row in of_continuations(model, encoded, letters)]
    found = [{"letter": named(one, values)} for one, values in zip(options, sums)]
    if kind == "text":
        texts = [[ids_of(base, text) for text in one["texts"]] for one in options]
        for line, one, row in zip(found, options, of_continuations(model, encoded, texts)):
            line["text"] = named(one, [sum(values) / len(values) if values else math.nan for values in row])
    return found


def ids_of(base: Base, text: str) -> list[int]:
    """The ids of a text at the beginning of a reply, as training makes them of an answer."""
    return base.tokenizer(text, add_special_tokens=False).input_ids


def named(options: dict, values: list[float]) -> dict[str, float]:
    pairs = zip(options["letters"], values, strict=True)
    return {letter: round(value, 6) for letter, value in pairs if math.isfinite(value)}


def of_continuations(model: torch.nn.Module, encoded: dict, ids: list[list[list[int]]]) -> list[list[list[float]]]:
    """For each prompt, the log-probabilities of the tokens of each of its continuations; one pass per continuation."""
    out: list[list[list[float]]] = [[] for _ in ids]
    for number in range(max(map(len, ids))):
        rows = [one[number] if number < len(one) else one[0] for one in ids]
        for found, one, values in zip(out, ids, of_one_each(model, encoded, rows)):
            if number < len(one):
                found.append(values)
    return out


def of_one_each(model: torch.nn.Module, encoded: dict, rows: list[list[int]]) -> list[list[float]]:
    """For each prompt, the log-probabilities of the tokens of one continuation."""
    width = max(1, *map(len, rows))
    device = encoded["input_ids"].device
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows], device=device)
    real = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=device)
    inputs = {name: extended(value, encoded["input_ids"], width) for name, value in encoded.items()}
    inputs["input_ids"][:, -width:] = ids
    inputs["attention_mask"][:, -width:] = real
    logits = model(**inputs, use_cache=False, logits_to_keep=width + 1).logits[:, -(width + 1) : -1]
    values = logits.float().log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1)
    return [line[: len(row)] for line, row in zip(values.tolist(), rows)]


def extended(value: torch.Tensor, prompts: torch.Tensor, width: int) -> torch.Tensor:
    """An input with room for `width` more tokens; one that does not go along the tokens, such as pixels, is unchanged.

    More tokens are like the prompt's last one, which is text: no part of a picture, and it sees the same pictures.
    """
    if value.is_floating_point() or value.shape[:2] != prompts.shape:
        return value
    return torch.cat([value, value[:, -1:].expand(-1, width, *value.shape[2:])], dim=1)
