"""Pictures with their icons and questions, as batches for a processor and a model."""

from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from transformers import ProcessorMixin

from .data import LETTER_WEIGHT, read_lines
from .tokenizer import ASSISTANT, END, USER


@dataclass
class Picture:
    """A picture, the phrase of the icon in each of its 16 cells ("" for none), and questions about it."""

    image: Image.Image
    icons: list[str]
    pairs: dict[str, tuple[str, str]]  # task to (prompt, completion)


def read_pictures(folder: Path) -> list[Picture]:
    """The lines of pictures.jsonl with their images loaded."""
    return [
        Picture(
            Image.open(folder / line["image"]).convert("RGB"),
            line["icons"],
            {pair["task"]: (pair["prompt"], pair["completion"]) for pair in line["pairs"]},
        )
        for line in read_lines(folder / "pictures.jsonl")
    ]


def conversation(tokens: str, prompt: str, completion: str) -> str:
    """A question about a picture and its answer, as the chat template renders them; `tokens` represent the picture."""
    return f"{USER}{tokens}{prompt}{END}{ASSISTANT}{completion}{END}"


def answer_batch(processor: ProcessorMixin, tokens: str, examples: list[tuple[Picture, str]]):
    """Model inputs for pictures, each with the task to train on, and the loss weights: completions only."""
    tokenizer = processor.tokenizer
    texts = [conversation(tokens, *picture.pairs[task]) for picture, task in examples]
    inputs = processor(
        images=[[picture.image] for picture, _ in examples],
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
    for row, (_, task) in enumerate(examples):
        if task == "decide":
            weights[row] *= LETTER_WEIGHT
    return inputs, weights
