"""Pictures with what they show, as batches for a processor and a model."""

from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from transformers import ProcessorMixin

from .data import LETTER_WEIGHT, read_lines
from .tokenizer import ASSISTANT, END, USER


@dataclass
class Seen:
    """A picture, the phrase in each of its 16 cells ("" for none), and what is asked about it."""

    image: Image.Image
    signs: list[str]
    pairs: dict[str, tuple[str, str]]  # task to (prompt, completion)


def read_pictures(folder: Path, count: int | None = None) -> list[Seen]:
    """The lines of pictures.jsonl with their pictures loaded."""
    lines = read_lines(folder / "pictures.jsonl")[:count]
    return [
        Seen(
            Image.open(folder / line["image"]).convert("RGB"),
            line["signs"],
            {pair["task"]: (pair["prompt"], pair["completion"]) for pair in line["pairs"]},
        )
        for line in lines
    ]


def conversation(picture: str, prompt: str, completion: str) -> str:
    """One exchange about a picture as the chat template writes it; `picture` is what stands for it."""
    return f"{USER}{picture}{prompt}{END}{ASSISTANT}{completion}{END}"


def answer_batch(processor: ProcessorMixin, picture: str, seen: list[tuple[Seen, str]]):
    """Model inputs for exchanges (a picture and which task), and the loss weights: completions only."""
    tokenizer = processor.tokenizer
    texts = [conversation(picture, *s.pairs[task]) for s, task in seen]
    inputs = processor(
        images=[[s.image] for s, _ in seen],
        text=texts,
        return_tensors="pt",
        padding=True,
        padding_side="right",
        add_special_tokens=False,
    )
    ids = inputs["input_ids"]
    answering = (ids == tokenizer.convert_tokens_to_ids(ASSISTANT)).cumsum(1) > 0
    weights = (answering & (inputs["attention_mask"] == 1)).float()
    weights[ids == tokenizer.convert_tokens_to_ids(ASSISTANT)] = 0
    for row, (_, task) in enumerate(seen):
        if task == "decide":
            weights[row] *= LETTER_WEIGHT
    return inputs, weights
